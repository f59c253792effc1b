"""Installs what the step needs and the image lacks."""

import importlib
import subprocess
import sys
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

from .errors import StepError

FOLDER = Path(__file__).resolve().parent
WANTED = FOLDER / "requirements.in"
LOCKED = FOLDER / "requirements.txt"
PIP_TIMEOUT_SECONDS = 900


def pins(requirements: Path) -> dict[str, str]:
    """The exact versions that `requirements` names, by package."""
    lines = (line.split("#")[0].strip() for line in requirements.read_text().splitlines())
    return {name: version for name, _, version in (line.partition("==") for line in lines if line)}


def missing(wanted: dict[str, str]) -> list[str]:
    """The pins that this interpreter does not hold in that version."""

    def installed(name: str) -> str | None:
        try:
            return metadata.version(name)
        except metadata.PackageNotFoundError:
            return None

    return [f"{name}=={pin}" for name, pin in wanted.items() if installed(name) != pin]


def ensure(target: Path, install: Callable[[Path, Path], None] | None = None) -> None:
    """Make the wanted packages importable, installing them into `target` if any is missing.

    `install(requirements, target)` defaults to pip with hashes. A folder of its own keeps the
    image's packages as AWS tested them.

    Raises:
        StepError: pip failed, or its result still lacks a package.
    """
    wanted = pins(WANTED)
    if not missing(wanted):
        return
    (install or _pip_install)(LOCKED, target)
    sys.path.insert(0, str(target))
    importlib.invalidate_caches()
    if still := missing(wanted):
        raise StepError(f"still missing after installing {LOCKED.name}: {', '.join(still)}")


def _pip_install(requirements: Path, target: Path) -> None:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    command += ["--no-input", "--no-cache-dir", "--only-binary", ":all:", "--require-hashes"]
    command += ["--target", str(target), "--requirement", str(requirements)]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=PIP_TIMEOUT_SECONDS
        )
    except subprocess.TimeoutExpired as exc:
        raise StepError(
            f"installing the step's packages took more than {PIP_TIMEOUT_SECONDS} s: "
            "check that the job reaches its package index"
        ) from exc
    if done.returncode:
        reason = done.stderr.strip().splitlines()[-1:] or ["no message"]
        raise StepError(
            f"cannot install the step's packages: {reason[0]}; "
            "check that the job reaches its package index (or a mirror set by PIP_INDEX_URL)"
        )
