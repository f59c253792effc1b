"""A missing or too old Terraform or Python gets one clear line, before anything is installed."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from vis_assis.build.environments import ROOT

SHELL = shutil.which("sh") or "/bin/sh"
OLD_PYTHON = """#!/bin/sh
case "$2" in *version_info*) exit 1;; esac
"""


class Machine:
    """A PATH with the few programs that the script itself needs, and what a test adds."""

    def __init__(self, folder: Path) -> None:
        self.bin = folder / "bin"
        self.bin.mkdir()
        for name in ("sed", "head"):
            (self.bin / name).symlink_to(shutil.which(name) or name)

    def add(self, name: str, text: str) -> Path:
        program = self.bin / name
        program.write_text(text)
        program.chmod(0o755)
        return program

    def add_program(self, name: str, version: str) -> None:
        """A program that tells its version as Terraform does, or fails without one."""
        printed = f'echo "Terraform v{version}"\necho "on linux_amd64"' if version else "exit 126"
        self.add(name, f'#!/bin/sh\n[ -z "$TF_CLI_ARGS" ] || exit 1\n{printed}\n')

    def check(self, tool: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [SHELL, ROOT / "vis_assis/build" / "check_tools.sh", tool],
            env={"PATH": str(self.bin), **variables},
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


FINE = [
    ("terraform", ["terraform 1.11.0"], {}),
    ("terraform", ["terraform 1.100.0"], {}),
    ("terraform", ["terraform 2.0.0"], {}),
    ("terraform", ["terraform 1.12.0-rc1"], {}),
    ("terraform", ["terraform 0.12.0", "terraform-1.12 1.12.0"], {"TERRAFORM": "terraform-1.12"}),
    ("terraform", ["terraform 1.11.0"], {"TF_CLI_ARGS": "-no-such-argument"}),
    ("java", ["java 21"], {}),
    ("browser", ["npm 10", "chromium-browser 140"], {}),
]
REFUSED = [
    ("terraform", ["terraform 1.10.5"], {}, ["Terraform 1.10.5 is too old", "1.11"]),
    ("terraform", ["terraform 0.15.5"], {}, ["Terraform 0.15.5 is too old", "1.11"]),
    ("terraform", ["terraform"], {}, ["gave no version"]),
    ("terraform", [], {}, ["Terraform 1.11", "was not found", "TERRAFORM="]),
    ("terraform", ["terraform 1.11.0"], {"TERRAFORM": "/nowhere"}, ["was not found"]),
    ("python", [], {}, ["Python 3.11", "was not found", "PYTHON="]),
    ("java", [], {}, ["java is needed", "install"]),
    ("browser", ["npm 10"], {}, ["chromium and npm are needed"]),
    ("browser", ["chromium 140"], {}, ["chromium and npm are needed"]),
]


def check(
    machine: Machine, tool: str, programs: list[str], variables: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    for program in programs:
        machine.add_program(*program.partition(" ")[::2])
    return machine.check(tool, **variables)


@pytest.mark.parametrize(("tool", "programs", "variables"), FINE)
def test_what_is_new_enough_will_do(
    machine: Machine, tool: str, programs: list[str], variables: dict[str, str]
) -> None:
    done = check(machine, tool, programs, variables)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(("tool", "programs", "variables", "told"), REFUSED)
def test_what_is_missing_or_too_old_is_told_in_one_line(
    machine: Machine, tool: str, programs: list[str], variables: dict[str, str], told: list[str]
) -> None:
    done = check(machine, tool, programs, variables)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (1, "", 1)
    for part in ("vis-assis: ", *told):
        assert part in done.stderr


def test_an_old_python_is_passed_over(machine: Machine) -> None:
    machine.add("python3", OLD_PYTHON)
    assert "Python 3.11" in machine.check("python").stderr
    recent = machine.add("python3.12", f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    assert machine.check("python").stdout.strip() == str(recent)
    assert machine.check("python", PYTHON=sys.executable).stdout.strip() == sys.executable


RECIPES = [
    line
    for line in (ROOT / "Makefile").read_text(encoding="utf-8").splitlines()
    if line.startswith("\t")
]


def test_every_recipe_calls_the_chosen_terraform() -> None:
    calls = [call for line in RECIPES for call in re.findall(r"[^\s@]*terraform\S* fmt", line)]
    assert calls == 4 * ["$${TERRAFORM:-terraform} fmt"]


def test_every_recipe_installs_by_hash() -> None:
    installing = [line for line in RECIPES if "pip install" in line and "--editable" not in line]
    assert len(installing) == 4  # uv, and the packages to deploy, for the local cloud, for tests
    assert [line for line in installing if "--require-hashes" not in line] == []
