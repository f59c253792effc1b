#!/bin/sh
# Puts the pinned Terraform into a folder, unless the one on PATH has that version; prints its path.
set -eu
version=1.11.4
folder=${1:?usage: install_terraform.sh FOLDER}

if found=$(command -v terraform) && "$found" version 2>/dev/null | head -n 1 | grep -q "v$version\$"; then
  echo "$found"
  exit 0
fi

case $(uname -m) in
  x86_64) machine=amd64 ;;
  aarch64 | arm64) machine=arm64 ;;
  *) echo "No Terraform $version for $(uname -m)." >&2; exit 1 ;;
esac
archive=terraform_${version}_$(uname -s | tr '[:upper:]' '[:lower:]')_$machine.zip
source=https://releases.hashicorp.com/terraform/$version

mkdir -p "$folder"
cd "$folder"
curl -fsSLO "$source/$archive"
curl -fsSL "$source/terraform_${version}_SHA256SUMS" | grep " $archive\$" | sha256sum -c - >&2
unzip -qo "$archive" terraform
rm "$archive"
echo "$folder/terraform"
