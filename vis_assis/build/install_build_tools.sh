#!/bin/sh
# Prints a Python that is new enough for `make`; installs it, make and unzip where they are missing.
set -eu
here=$(dirname "$0")

missing=
for tool in make unzip; do
  command -v "$tool" >/dev/null 2>&1 || missing="$missing $tool"
done
python=$(sh "$here/check_tools.sh" python 2>/dev/null) || missing="$missing python3.12"

if [ -n "$missing" ]; then
  command -v dnf >/dev/null 2>&1 ||
    { echo "This build image lacks$missing, and dnf to install them: use Amazon Linux 2023." >&2; exit 1; }
  # shellcheck disable=SC2086 # several names
  dnf install -y -q $missing >&2
  python=$(sh "$here/check_tools.sh" python)
fi
echo "$python"
