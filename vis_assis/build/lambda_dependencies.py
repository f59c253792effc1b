"""Installs locked requirements for Lambda into a folder that is kept per lock file."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

TARGET = (
    *("--platform", "manylinux2014_x86_64", "--implementation", "cp"),
    *("--python-version", "3.13", "--only-binary", ":all:"),
)
"""What the packages are for, whatever runs pip: Python 3.13 on Lambda's x86_64."""

# They name the installer or its paths, and importing needs none of them.
_INSTALLER_NOISE = ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json")


class DependenciesError(Exception):
    """The dependencies cannot be installed."""


def vendored(root: Path, requirements: str) -> Path:
    """Folder with the installed dependencies; installed once per content of the lock file.

    Args:
        root: the repository.
        requirements: a lock file with hashes, relative to the repository.

    Raises:
        DependenciesError: with pip's own reason.
    """
    lock_file = root / requirements
    target = root / "build" / "vendor" / _fingerprint(lock_file)
    if target.is_dir():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(dir=target.parent, prefix=".installing-"))
    try:
        _install(root, lock_file, temporary)
        _strip(temporary)
        # Complete or absent: an interrupted installation must not be taken for the real one.
        try:
            temporary.rename(target)
        except OSError:
            if not target.is_dir():  # else another process was faster, with the same content
                raise
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return target


def _fingerprint(lock_file: Path) -> str:
    if not lock_file.is_file():
        raise DependenciesError(f"{lock_file} is missing: run `make lock`")
    parts = (lock_file.read_bytes(), *(word.encode() for word in TARGET))
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]


def _install(root: Path, lock_file: Path, target: Path) -> None:
    command = [
        *(sys.executable, "-m", "pip", "install", "--quiet", "--no-input"),
        *("--disable-pip-version-check", "--no-compile", "--no-deps", "--require-hashes"),
        *(*TARGET, "--target", str(target), "--requirement", str(lock_file)),
    ]
    environment = {
        "PIP_CACHE_DIR": str(root / ".cache" / "pip"),
        **os.environ,
        # A user's settings for environments of his own, which refuse a folder.
        "PIP_REQUIRE_VIRTUALENV": "0",
        "PIP_USER": "0",
    }
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if not done.returncode:
        return
    if "No module named pip" in done.stderr:
        raise DependenciesError(
            f"{sys.executable} has no pip: install it (python3-pip on Debian and Ubuntu), or set "
            "PYTHON to a Python 3.11 or newer that has it"
        )
    raise DependenciesError(f"pip could not install {lock_file.name}: {_reason(done.stderr)}")


def _reason(printed: str) -> str:
    """What pip calls the error, in one line; its retries say why an index is out of reach."""
    errors = [line for line in printed.splitlines() if line.startswith("ERROR:")] or [printed]
    retries = [line for line in printed.splitlines() if "Retrying" in line][:1]
    return " ".join(" ".join([*errors, *retries]).split())


def _strip(folder: Path) -> None:
    for scripts in ("bin", "Scripts"):
        shutil.rmtree(folder / scripts, ignore_errors=True)
    for information in folder.glob("*.dist-info"):
        for name in _INSTALLER_NOISE:
            (information / name).unlink(missing_ok=True)
