#!/bin/sh
# Prints the Python to use, or one clear line about what is missing and exits 1.
# Usage: check_tools.sh [python|terraform|java|browser]
set -u

fail() { echo "vis-assis: $1" >&2; exit 1; }

find_python() {
    # Amplify's build image has 3.11 only below pyenv, whose shims answer with an older one.
    for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11 python \
        "${PYENV_ROOT:-${HOME:-}/.pyenv}"/versions/3.1[1-9]*/bin/python3; do
        command -v "$candidate" >/dev/null 2>&1 || continue
        "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || continue
        command -v "$candidate"
        return
    done
    fail "Python 3.11 or newer is needed and was not found; install it or set PYTHON=/path/to/python3."
}

check_terraform() {
    terraform=${TERRAFORM:-terraform}
    command -v "$terraform" >/dev/null 2>&1 ||
        fail "Terraform 1.11 or newer is needed and was not found; install it or set TERRAFORM=/path/to/terraform."
    version=$(TF_CLI_ARGS='' TF_CLI_ARGS_version='' "$terraform" version 2>/dev/null | sed -n 's/^Terraform v\([0-9.]*\).*/\1/p' | head -n 1)
    [ -n "$version" ] || fail "'$terraform version' gave no version; set TERRAFORM to a Terraform 1.11 or newer."
    major=${version%%.*}
    rest=${version#*.}
    minor=${rest%%.*}
    if [ "$major" -lt 1 ] || { [ "$major" -eq 1 ] && [ "$minor" -lt 11 ]; }; then
        fail "Terraform $version is too old; 1.11 or newer is needed (S3 state locking by lock file)."
    fi
}

check_java() {
    command -v java >/dev/null 2>&1 ||
        fail "java is needed, as the image's model server is a Java program; install a runtime (Debian: default-jre-headless)."
}

check_browser() {
    command -v npm >/dev/null 2>&1 &&
        for name in chromium chromium-browser google-chrome; do
            command -v "$name" >/dev/null 2>&1 && return
        done
    fail "chromium and npm are needed (Debian: apt-get install chromium npm)."
}

case "${1:-python}" in
    python) find_python ;;
    terraform) check_terraform ;;
    java) check_java ;;
    browser) check_browser ;;
    *) fail "check_tools.sh knows 'python', 'terraform', 'java' and 'browser', not '$1'." ;;
esac
