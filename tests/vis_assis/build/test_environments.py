"""An environment is made once, however many ask for it."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from vis_assis.build import environments
from vis_assis.build.environments import ROOT

# Notes each call; `uv venv` takes a while and makes the folder that it is given last.
UV = """#!/bin/sh
echo "$1" >> "{calls}"
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
    monkeypatch.setattr(environments, "find_uv", lambda: str(uv))
    monkeypatch.setattr(environments, "find_interpreter", lambda _: Path(sys.executable))
    environment = environments.Environment("shared", "3.13", ())
    with ThreadPoolExecutor(3) as pool:
        made = list(pool.map(environments.ensure, 3 * [environment]))
    assert made == 3 * [tmp_path / ".venvs" / "shared" / "bin" / "python"]
    assert calls.read_text().split() == ["venv", "pip"]


def test_the_commands_start_without_what_only_the_functions_carry() -> None:
    """Their environment has no Powertools, which the tests' own has."""
    script = (
        "import importlib, pathlib, sys\n"
        "sys.modules['aws_lambda_powertools'] = None\n"
        "for file in sorted(pathlib.Path('vis_assis').rglob('*.py')):\n"
        "    if not file.stem.startswith('__'):\n"
        "        importlib.import_module('.'.join(file.with_suffix('').parts))\n"
    )
    path = os.pathsep.join(
        [str(ROOT), str(ROOT / "lambda_src"), str(ROOT / "navigation_model/code")]
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
