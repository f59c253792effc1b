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

    def add_terraform(self, version: str, name: str = "terraform") -> Path:
        return self.add(name, f'#!/bin/sh\necho "Terraform v{version}"\necho "on linux_amd64"\n')

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


def refused(done: subprocess.CompletedProcess[str], *parts: str) -> None:
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    for part in ("vis-assis: ", *parts):
        assert part in done.stderr


@pytest.mark.parametrize("version", ["1.11.0", "1.14.3", "1.100.0", "2.0.0", "1.12.0-rc1"])
def test_a_recent_terraform_will_do(machine: Machine, version: str) -> None:
    machine.add_terraform(version)
    done = machine.check("terraform")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("version", ["1.10.5", "1.9.9", "0.15.5"])
def test_an_old_terraform_is_named(machine: Machine, version: str) -> None:
    machine.add_terraform(version)
    refused(machine.check("terraform"), f"Terraform {version} is too old", "1.11")


def test_a_missing_terraform_is_named(machine: Machine) -> None:
    refused(machine.check("terraform"), "Terraform 1.11", "was not found", "TERRAFORM=")


def test_a_terraform_that_does_not_run_is_named(machine: Machine) -> None:
    machine.add("terraform", "#!/bin/sh\nexit 126\n")
    refused(machine.check("terraform"), "gave no version")


def test_the_variable_chooses_the_terraform(machine: Machine) -> None:
    machine.add_terraform("0.12.0")
    other = machine.add_terraform("1.12.0", "terraform-1.12")
    assert machine.check("terraform", TERRAFORM=str(other)).returncode == 0
    refused(machine.check("terraform", TERRAFORM="/nowhere/terraform"), "was not found")


def test_the_callers_own_arguments_for_terraform_do_not_matter(machine: Machine) -> None:
    machine.add("terraform", '#!/bin/sh\n[ -z "$TF_CLI_ARGS" ] && echo "Terraform v1.11.0"\n')
    assert machine.check("terraform", TF_CLI_ARGS="-no-such-argument").returncode == 0


def test_a_missing_python_is_named(machine: Machine) -> None:
    refused(machine.check("python"), "Python 3.11", "was not found", "PYTHON=")


def test_an_old_python_is_passed_over(machine: Machine) -> None:
    machine.add("python3", OLD_PYTHON)
    refused(machine.check("python"), "Python 3.11")
    recent = machine.add("python3.12", f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    assert machine.check("python").stdout.strip() == str(recent)


def test_the_variable_chooses_the_python(machine: Machine) -> None:
    assert machine.check("python", PYTHON=sys.executable).stdout.strip() == sys.executable


def test_a_missing_java_is_named(machine: Machine) -> None:
    refused(machine.check("java"), "java is needed", "install")
    machine.add("java", "#!/bin/sh\n")
    assert machine.check("java").returncode == 0


RECIPES = [
    line
    for line in (ROOT / "Makefile").read_text(encoding="utf-8").splitlines()
    if line.startswith("\t")
]


def test_every_recipe_calls_the_chosen_terraform() -> None:
    calls = [call for line in RECIPES for call in re.findall(r"[^\s@]*terraform\S* fmt", line)]
    assert calls == 4 * ["$${TERRAFORM:-terraform} fmt"]


def test_every_recipe_installs_by_hash() -> None:
    installing = [line for line in RECIPES if "pip install" in line]
    assert len(installing) == 3
    assert [line for line in installing if "--require-hashes" not in line] == []
