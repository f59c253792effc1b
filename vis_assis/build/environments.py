"""Python environments beside `.venv`: `python -m vis_assis.build.environments NAME…` makes them.

Two stand in for AWS's, for Lambda and for Processing jobs. Each holds exactly what AWS provides
there plus what our code brings, so that an import that would fail on AWS fails on the laptop too.
The pins of the others are not ours, or would get in the way of the rest.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from glob import glob
from pathlib import Path

from vis_assis.errors import CommandError

ROOT = Path(__file__).resolve().parents[2]
STAMP = "requirements.sha256"
# Functions and jobs never write bytecode, and ignore PYTHONPYCACHEPREFIX: it has to lie beside the
# sources from the start.
INSTALL = ("pip", "install", "--require-hashes", "--compile-bytecode")
BYTECODE_ELSEWHERE = ("PYTHONPYCACHEPREFIX", "PYTHONDONTWRITEBYTECODE")


@dataclass(frozen=True)
class Environment:
    """A virtual environment of its own.

    Args:
        name: folder below `.venvs/`.
        version: the Python version, such as ``3.13``.
        requirements: pinned requirement files, relative to the repository.
    """

    name: str
    version: str
    requirements: tuple[str, ...]

    @property
    def python(self) -> Path:
        return ROOT / ".venvs" / self.name / "bin" / "python"


LAMBDA = Environment("lambda", "3.13", ("requirements/lambda_runtime.txt",))
PROCESSING = Environment(
    "processing",
    "3.12",
    (
        "requirements/lambda_runtime.txt",
        "pipeline_defs/steps/download_model/requirements.txt",
    ),
)
OF_THIS = f"{sys.version_info[0]}.{sys.version_info[1]}"
ALL = (
    LAMBDA,
    PROCESSING,
    Environment("browser", OF_THIS, ("requirements/browser.txt",)),
    Environment("scanners", "3.12", ("requirements/scanners.txt",)),
)


def _candidates(version: str) -> Iterator[Path]:
    if found := shutil.which(f"python{version}"):
        yield Path(found)
    home = os.environ.get("HOME", "")
    pyenv = os.environ.get("PYENV_ROOT") or f"{home}/.pyenv"
    for root in (f"{pyenv}/versions", f"{home}/.local/share/uv/python"):
        # Unlike Path.glob, it passes over a folder that may not be read.
        names = glob(f"*{version}*/bin/python{version}", root_dir=root)  # noqa: PTH207
        yield from (Path(root, name) for name in sorted(names, reverse=True))
    yield from (Path(p) / f"python{version}" for p in ("/usr/local/bin", "/opt/homebrew/bin"))


def find_interpreter(version: str) -> Path | None:
    """The first interpreter of that version which really runs (version managers leave shims).

    Args:
        version: major and minor, such as ``3.13``.
    """
    check = f"import sys; sys.exit('%d.%d' % sys.version_info[:2] != '{version}')"
    for candidate in _candidates(version):
        if (
            candidate.exists()
            and not subprocess.run(
                [candidate, "-c", check], capture_output=True, check=False
            ).returncode
        ):
            return candidate
    return None


def find_uv() -> str:
    """The uv of this environment, else the one on PATH."""
    beside = Path(sys.executable).with_name("uv")
    return str(beside) if beside.exists() else "uv"


def ensure(environment: Environment) -> Path:
    """Creates or refreshes the environment and returns its interpreter.

    Falls back to the interpreter that runs this, with a line that says so, when the machine
    has no Python of the wanted version.

    Raises:
        CommandError: when the packages cannot be installed.
    """
    interpreter = find_interpreter(environment.version)
    if interpreter is None:
        interpreter = Path(sys.executable)
        print(
            f"No Python {environment.version} found on PATH or below PYENV_ROOT and HOME: the "
            f"{environment.name} environment uses {OF_THIS} instead.",
            file=sys.stderr,
        )
    files = [ROOT / name for name in environment.requirements]
    made_of = [str(interpreter), *INSTALL, *BYTECODE_ELSEWHERE, *(f.read_text() for f in files)]
    wanted = hashlib.sha256("\0".join(made_of).encode()).hexdigest()
    with _sole_use(environment):
        _refresh(environment, interpreter, files, wanted)
    return environment.python


def _refresh(
    environment: Environment, interpreter: Path, files: Sequence[Path], wanted: str
) -> None:
    home = environment.python.parent.parent
    stamp = home / STAMP
    if stamp.exists() and stamp.read_text() == wanted and environment.python.exists():
        return
    uv = find_uv()
    _install(environment, uv, "venv", "--clear", "--python", str(interpreter), str(home))
    arguments = [argument for f in files for argument in ("-r", str(f))]
    python = str(environment.python)
    _install(environment, uv, *INSTALL, "--python", python, *arguments)
    stamp.write_text(wanted)


@contextmanager
def _sole_use(environment: Environment) -> Iterator[None]:
    """Lets others that want the same environment, such as other tests, wait for it."""
    file = ROOT / ".venvs" / f"{environment.name}.lock"
    file.parent.mkdir(exist_ok=True)
    with file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _install(environment: Environment, *command: str) -> None:
    beside = {name: os.environ[name] for name in os.environ if name not in BYTECODE_ELSEWHERE}
    try:
        done = subprocess.run(
            [*command, "--quiet"], env=beside, capture_output=True, text=True, check=False
        )
    except OSError as error:
        raise CommandError(f"{command[0]} cannot be run ({error}): run `make setup`") from error
    if done.returncode:
        reason = " ".join(done.stderr.split())
        raise CommandError(f"the {environment.name} environment has no packages: {reason}")


def main(names: Collection[str]) -> None:
    """Makes the environments of these names."""
    try:
        for environment in ALL:
            if environment.name in names:
                ensure(environment)
    except CommandError as error:
        sys.exit(f"setup failed: {error}")


if __name__ == "__main__":
    main(sys.argv[1:])
