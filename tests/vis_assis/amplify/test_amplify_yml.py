"""The front end's phases of amplify.yml, run from the file itself with an npm that only looks."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from vis_assis.build.environments import ROOT

SETTINGS = "NEXT_PUBLIC_API_GATEWAY_ENDPOINT=https://new\nNEXT_PUBLIC_REGION_NAME=eu-west-1\n"
# What Amplify exports because an earlier build merged it into the app.
STALE = {"NEXT_PUBLIC_API_GATEWAY_ENDPOINT": "https://stale", "NEXT_PUBLIC_OF_THE_OWNER": "kept"}


def application() -> dict[str, Any]:
    (only,) = yaml.safe_load((ROOT / "amplify.yml").read_text())["applications"]
    found: dict[str, Any] = only
    return found


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A repository after the backend phase, and an npm that notes how it was called."""
    for file, text in (
        ("vis_assis/amplify/build.py", ""),
        ("build/front_end.env", SETTINGS),
        ("front_end/package.json", "{}"),
        ("bin/npm", f'#!/bin/sh\necho "$*" >> "{tmp_path}/calls"\nenv > "{tmp_path}/seen"\n'),
    ):
        path = tmp_path / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "bin" / "npm").chmod(0o755)
    return tmp_path


def run_front_end(clone: Path, begin: str = ".", **more: str) -> subprocess.CompletedProcess[str]:
    phases = application()["frontend"]["phases"]
    commands = [line for phase in ("preBuild", "build") for line in phases[phase]["commands"]]
    return subprocess.run(
        ["sh", "-e", "-c", "\n".join(commands)],
        cwd=clone / begin,
        env={"PATH": f"{clone}/bin:{os.environ['PATH']}", **STALE, **more},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("begin", [".", "front_end"])
def test_the_build_sees_this_stack_not_an_earlier_one(clone: Path, begin: str) -> None:
    done = run_front_end(clone, begin)
    assert done.returncode == 0, done.stderr
    assert (clone / "calls").read_text().splitlines() == [
        "--prefix front_end ci --ignore-scripts",
        "--prefix front_end run build",
    ]
    seen = (clone / "seen").read_text().splitlines()
    assert {*SETTINGS.splitlines(), "NEXT_PUBLIC_OF_THE_OWNER=kept"} <= set(seen)
    assert (clone / "front_end" / ".env.production").read_text() == SETTINGS


def test_scripts_of_packages_run_when_the_owner_says_so(clone: Path) -> None:
    assert run_front_end(clone, NPM_SCRIPTS="true").returncode == 0
    assert (clone / "calls").read_text().splitlines()[0] == "--prefix front_end ci"


def test_a_missing_front_end_is_told(clone: Path) -> None:
    (clone / "front_end" / "package.json").unlink()
    done = run_front_end(clone)
    assert done.returncode != 0
    assert "Put the front end into front_end/" in done.stdout
    assert not (clone / "calls").exists()


def test_what_is_published_lies_in_the_root_of_the_app() -> None:
    """Amplify's form for a front end below the root; paths count from buildPath."""
    declared = application()
    front_end = declared["frontend"]
    assert (declared["appRoot"], front_end["buildPath"]) == ("front_end", "/")
    assert front_end["artifacts"]["baseDirectory"] == "front_end/.next"


def test_the_scripts_that_it_names_are_there() -> None:
    phases = application()["backend"]["phases"]
    commands = " ".join(line for phase in phases.values() for line in phase["commands"])
    for script in (
        "vis_assis/build/install_build_tools.sh",
        "vis_assis/build/install_terraform.sh",
    ):
        assert f"sh {script}" in commands
        assert (ROOT / script).is_file()
