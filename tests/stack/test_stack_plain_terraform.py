"""Plain Terraform: on a clone as git makes it, and after a kill, as it keeps no journal."""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from local_cloud import LocalCloud
from tests.stack.cut_off_runs import CommandLine
from tests.stack.test_stack_plan import copy_of_the_repository
from vis_assis.build.environments import ROOT
from vis_assis.terraform.mirror import init_arguments
from vis_assis.terraform.runner import without_settings

VALUES = ("no_amplify=true", "enable_studio=false", "teardown_settle_seconds=1")
ARGUMENTS = tuple(f"-var={value}" for value in VALUES)
ZIPS = "module.lambda_packages.terraform_data.zips"
FUNCTION = "module.http_api.module.model_urls.aws_lambda_function.this"
CHANGE = re.compile(r"^  # (\S+) (?:will|must) be", re.MULTILINE)


@dataclass(frozen=True)
class Clone:
    """A clone in which nothing but Terraform was ever run."""

    folder: Path
    cloud: LocalCloud

    def run(self, *arguments: str) -> str:
        """What a Terraform command that succeeds prints."""
        done = subprocess.run(
            [os.environ.get("TERRAFORM", "terraform"), *arguments],
            cwd=self.folder,
            env={
                **without_settings(os.environ),
                **self.cloud.environment(),
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, (done.stdout + done.stderr)[-6000:]
        return done.stdout

    def changes(self) -> set[str]:
        """Addresses of what a plan would change."""
        return set(CHANGE.findall(self.run("plan", "-no-color", *ARGUMENTS)))

    def next(self, name: str) -> Clone:
        """Another clone of the repository that goes on with the state of this one."""
        other = Clone(copy_of_the_repository(self.folder.parent / name), self.cloud)
        shutil.copy(self.folder / "terraform.tfstate", other.folder)
        other.run("init", "-no-color", *init_arguments(ROOT))
        return other

    @property
    def zips(self) -> Path:
        return self.folder / "build" / "lambda"


@pytest.mark.long
def test_fresh_clones_build_what_they_need_and_nothing_else(
    command_line: CommandLine, tmp_path: Path
) -> None:
    first = Clone(copy_of_the_repository(tmp_path / "first"), command_line.cloud)
    first.run("init", "-no-color", *init_arguments(ROOT))
    assert {ZIPS, FUNCTION} <= first.changes()
    assert not first.zips.exists()
    first.run("apply", "-auto-approve", "-no-color", *ARGUMENTS)
    assert first.changes() == set()
    deployed = command_line.inventory()

    second = first.next("second")
    assert second.changes() == set()
    with (second.folder / "lambda_src" / "model_urls" / "handler.py").open("a") as source:
        source.write("# changed\n")
    assert second.changes() == {ZIPS, FUNCTION}
    second.run("apply", "-auto-approve", "-no-color", *ARGUMENTS)
    assert second.changes() == set()
    shutil.rmtree(second.zips)
    assert second.changes() == set()
    assert command_line.inventory() == deployed

    third = second.next("third")
    third.run("destroy", "-auto-approve", "-no-color", *ARGUMENTS)
    assert not third.zips.exists()
    assert command_line.inventory() == {}


@pytest.mark.long
def test_a_killed_plain_apply_and_destroy_are_made_good(command_line: CommandLine) -> None:
    command_line.terraform.init()
    step = random.SystemRandom().randint(50, 150)
    print(f"terraform apply is killed at step {step}")
    command_line.kill_plain("apply", step)
    assert "if that state is lost, ADOPT=1 takes them over" in command_line.fail("deploy")
    command_line.run("deploy", "--adopt")
    assert command_line.changes() == ""

    step = random.SystemRandom().randint(1, 150)
    print(f"terraform destroy is killed at step {step}")
    command_line.kill_plain("destroy", step)
    command_line.run("destroy", "--adopt")
    assert command_line.inventory() == {}


@pytest.mark.long
def test_a_plain_destroy_killed_after_the_cleanup_needs_no_adoption(
    deployed_commands: CommandLine,
) -> None:
    state = deployed_commands.data_dir / "terraform.tfstate"
    before = state.read_bytes()
    deployed_commands.terraform.destroy()
    state.write_bytes(before)  # Terraform writes it at intervals only
    assert "steps of the cleanup that cannot run any more" in deployed_commands.run("destroy")
    assert deployed_commands.inventory() == {}
