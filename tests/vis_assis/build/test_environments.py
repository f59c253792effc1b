"""An environment is made once, however many ask for it."""

from __future__ import annotations

import importlib.metadata
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from vis_assis.build import environments
from vis_assis.build.environments import ROOT

LOCAL = "local_cloud"  # comes with the repository, beside runtime.txt

# Notes each call; `uv venv` takes a while and makes the folder that it is given last.
UV = """#!/bin/sh
echo "$1$PYTHONPYCACHEPREFIX" >> "{calls}"
[ "$1" = venv ] || exit 0
for word; do [ "$word" = --quiet ] || home=$word; done
sleep 0.3
mkdir -p "$home/bin"
touch "$home/bin/python"
"""


def test_those_who_want_the_same_environment_at_once_share_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls, uv = tmp_path / "calls", tmp_path / "uv"
    uv.write_text(UV.format(calls=calls))
    uv.chmod(0o755)
    monkeypatch.setattr(environments, "ROOT", tmp_path)
    monkeypatch.setenv("PYTHONPYCACHEPREFIX", "/where functions do not look")
    monkeypatch.setattr(environments, "find_uv", lambda: str(uv))
    monkeypatch.setattr(environments, "find_interpreter", lambda _: Path(sys.executable))
    environment = environments.Environment("shared", "3.13", ())
    with ThreadPoolExecutor(3) as pool:
        made = list(pool.map(environments.ensure, 3 * [environment]))
    assert made == 3 * [tmp_path / ".venvs" / "shared" / "bin" / "python"]
    assert calls.read_text().split() == ["venv", "pip"]


@pytest.mark.parametrize("value", [None, "", "/proc/1/cwd/of-somebody-else", "/dev/null"])
def test_a_missing_or_unreadable_home_is_passed_over(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], value: str | None
) -> None:
    for name in ("HOME", "PYENV_ROOT"):
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    monkeypatch.setattr(environments, "_refresh", lambda *_: None)
    environments.ensure(environments.Environment("no-such", "3.99", ()))
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("No Python 3.99 found on PATH or below PYENV_ROOT and HOME")


LOCK_LINE = re.compile(r"^([a-z][\w.-]*)==", re.MULTILINE)
SCRIPT = """
import importlib, sys
for name in sys.argv[1].split(): sys.modules[name] = None
for name in sys.argv[2].split(): importlib.import_module(name)
"""
# `make demo`, `make local`, `make pin`, `make docs`; the rest is what the commands for a stack use.
NEED_MORE = ("demo_", "navigation_path", "local_stack", "up", "model_zip", "pin", "reference")


def installed_beyond(lock: str) -> list[str]:
    """Top-level modules of installed packages that a lock file does not name."""
    locked = set(LOCK_LINE.findall((ROOT / "requirements" / lock).read_text()))
    return sorted(
        module
        for module, packages in importlib.metadata.packages_distributions().items()
        if not locked & {re.sub(r"[-_.]+", "-", package.lower()) for package in packages}
    )


@pytest.mark.parametrize(
    ("lock", "left_out"), [("deploy.txt", NEED_MORE), ("runtime.txt", ("reference",))]
)
def test_commands_start_with_the_packages_of_their_set(
    lock: str, left_out: tuple[str, ...]
) -> None:
    modules = [
        ".".join(file.relative_to(ROOT).with_suffix("").parts)
        for file in sorted((ROOT / "vis_assis").rglob("*.py"))
        if not file.stem.startswith((*left_out, "__init__"))
    ]
    blocked = [name for name in installed_beyond(lock) if lock != "runtime.txt" or name != LOCAL]
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, " ".join(blocked), " ".join(modules)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "vis_assis.__main__" in modules
