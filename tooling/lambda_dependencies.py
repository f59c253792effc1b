"""Installs requirements/lambda.txt for Lambda into a folder that is kept per lock file."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PLATFORM = "x86_64-manylinux2014"
PYTHON_VERSION = "3.13"

# They name the installer or its paths, and importing needs none of them.
_INSTALLER_NOISE = ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json")


class DependenciesError(Exception):
    """The dependencies cannot be installed."""


def vendored(root: Path) -> Path:
    """Folder with the installed dependencies; installed once per content of the lock file.

    Parameters:
        root: the repository.

    Errors: `DependenciesError`, with uv's own words.
    """
    requirements = root / "requirements" / "lambda.txt"
    target = root / "build" / "vendor" / _fingerprint(requirements)
    if target.is_dir():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(dir=target.parent, prefix=".installing-"))
    try:
        _install(root, requirements, temporary)
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


def _fingerprint(requirements: Path) -> str:
    if not requirements.is_file():
        raise DependenciesError(f"{requirements} is missing: run `make lock`")
    parts = (requirements.read_bytes(), PLATFORM.encode(), PYTHON_VERSION.encode())
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]


def _uv() -> str:
    beside = Path(sys.executable).parent / "uv"
    if not beside.is_file():
        raise DependenciesError(f"no uv beside {sys.executable}: run `make setup`")
    return str(beside)


def _install(root: Path, requirements: Path, target: Path) -> None:
    command = [
        *(_uv(), "pip", "install", "--quiet", "--target", str(target)),
        *("--python", sys.executable, "--python-version", PYTHON_VERSION),
        *("--python-platform", PLATFORM, "--only-binary", ":all:", "--link-mode", "copy"),
        "--require-hashes",
        *("--requirement", str(requirements)),
    ]
    environment = {"UV_CACHE_DIR": str(root / ".cache" / "uv"), **os.environ}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise DependenciesError(f"uv could not install {requirements.name}: {done.stderr.strip()}")


def _strip(folder: Path) -> None:
    shutil.rmtree(folder / "bin", ignore_errors=True)
    for information in folder.glob("*.dist-info"):
        for name in _INSTALLER_NOISE:
            (information / name).unlink(missing_ok=True)
