"""The front end's phases of amplify.yml, run from the file itself with an npm that only looks."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy
import pytest
import yaml

from vis_assis.build.environments import ROOT

SETTINGS = "NEXT_PUBLIC_API_GATEWAY_ENDPOINT=https://new\nNEXT_PUBLIC_REGION_NAME=eu-west-1\n"
# What Amplify exports because an earlier build merged it into the app.
FOLDERS = ("front_end", "visual_assistant_js")
STALE = {"NEXT_PUBLIC_API_GATEWAY_ENDPOINT": "https://stale", "NEXT_PUBLIC_OF_THE_OWNER": "kept"}


def application(folder: str = "front_end") -> dict[str, Any]:
    """What Amplify takes for an app of this root."""
    declared = yaml.safe_load((ROOT / "amplify.yml").read_text())["applications"]
    (found,) = (entry for entry in declared if entry["appRoot"] == folder)
    return dict(found)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A repository after the backend phase, and an npm that notes how it was called."""
    for file, text in (
        ("vis_assis/amplify/build.py", ""),
        ("vis_assis/amplify/npm_build.sh", (ROOT / "vis_assis/amplify/npm_build.sh").read_text()),
        ("build/front_end.env", SETTINGS),
        *((f"{folder}/package.json", "{}") for folder in FOLDERS),
        ("bin/npm", f'#!/bin/sh\necho "$*" >> "{tmp_path}/calls"\nenv > "{tmp_path}/seen"\n'),
    ):
        path = tmp_path / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "bin" / "npm").chmod(0o755)
    return tmp_path


def run_front_end(
    clone: Path, begin: str = ".", folder: str = "front_end", **more: str
) -> subprocess.CompletedProcess[str]:
    phases = application(folder)["frontend"]["phases"]
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


@pytest.mark.parametrize("folder", FOLDERS)
def test_what_is_published_lies_in_the_root_of_the_app(folder: str) -> None:
    """Amplify's form for a front end below the root; paths count from buildPath."""
    front_end = application(folder)["frontend"]
    assert front_end["buildPath"] == "/"
    assert front_end["artifacts"]["baseDirectory"] == f"{folder}/.next"


def test_the_apps_differ_in_the_folder_only() -> None:
    one, other = (application(folder) for folder in FOLDERS)
    assert yaml.safe_load(yaml.safe_dump(one).replace(*FOLDERS)) == other


@pytest.mark.skipif(sys.platform != "linux", reason="Amplify's image is Linux, as is ldconfig")
@pytest.mark.parametrize("ships", [True, False])
def test_libraries_that_the_front_end_ships_are_found_by_its_build(
    clone: Path, ships: bool
) -> None:
    """A build that loads an addon whose libraries no system has: numpy's, out of their folder.

    The loader looks where ldconfig, when it ran, found them: the machine's own is left alone.
    """
    folder, system, found = clone / FOLDERS[1], clone / "lib64", clone / "found"
    libraries = Path(str(numpy.__file__)).parents[1] / "numpy.libs"
    (addon,) = libraries.glob("libscipy_openblas*")
    shutil.copy(addon, folder / "addon.node")
    shipped = folder / "libvips_x64"
    for made in (system, found, *([shipped] if ships else [])):
        made.mkdir()
    for library in {*libraries.iterdir()} - {addon} if ships else ():
        shutil.copy(library, shipped)
    load = f"{sys.executable} -c \"import ctypes; ctypes.CDLL('{folder}/addon.node')\""
    for name, line in (
        ("ldconfig", f'cp "{system}"/* "{found}/"'),
        ("npm", f'case "$*" in *"run build") {load};; esac'),
    ):
        (clone / "bin" / name).write_text(f"#!/bin/sh\n{line}\n")
        (clone / "bin" / name).chmod(0o755)
    surroundings = {"LIBRARY_FOLDER": str(system), "LD_LIBRARY_PATH": str(found)}
    done = run_front_end(clone, folder=folder.name, **surroundings)
    if ships:
        assert done.returncode == 0, done.stderr
    else:
        assert "cannot open shared object file" in done.stderr
        assert done.returncode != 0


def test_the_scripts_that_it_names_are_there() -> None:
    phases = application()["backend"]["phases"]
    commands = " ".join(line for phase in phases.values() for line in phase["commands"])
    for script in (
        "vis_assis/build/install_build_tools.sh",
        "vis_assis/build/install_terraform.sh",
    ):
        assert f"sh {script}" in commands
        assert (ROOT / script).is_file()
