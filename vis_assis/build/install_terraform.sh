#!/bin/sh
# Puts the pinned Terraform into a folder, unless the one on PATH has that version; prints its path.
set -eu
version=1.11.4
folder=${1:?usage: install_terraform.sh FOLDER}

if found=$(command -v terraform) && "$found" version 2>/dev/null | head -n 1 | grep -q "v$version\$"; then
  echo "$found"
  exit 0
fi

# The archives' checksums stand here: a list from the same server would vouch for whatever it sends.
case $(uname -s)/$(uname -m) in
  Linux/x86_64)
    platform=linux_amd64 sum=1ce994251c00281d6845f0f268637ba50c0005657eb3cf096b92f753b42ef4dc ;;
  Linux/aarch64 | Linux/arm64)
    platform=linux_arm64 sum=a43d1d0da9b9bab214a8305a39db0e40869572594ccf50c416a7756499143633 ;;
  Darwin/x86_64)
    platform=darwin_amd64 sum=a56d5002b9f7647291faccc3dd1a70350e60fb61e4c45037629508b8fdc2575b ;;
  Darwin/arm64)
    platform=darwin_arm64 sum=867e0808fa971217043e25b7a792b10720c79b1546f8a68479b74f138be73e18 ;;
  *) echo "No Terraform $version for $(uname -s) on $(uname -m)." >&2; exit 1 ;;
esac
archive=terraform_${version}_$platform.zip
url=https://releases.hashicorp.com/terraform/$version/$archive
check=sha256sum
command -v "$check" >/dev/null 2>&1 || check='shasum -a 256' # macOS

mkdir -p "$folder"
cd "$folder"
curl -fsSLO "$url"
if ! echo "$sum  $archive" | $check -c - >&2; then
  rm "$archive"
  echo "Terraform was not installed: $url does not have the checksum $sum." >&2
  exit 1
fi
unzip -qo "$archive" terraform
rm "$archive"
echo "$folder/terraform"
