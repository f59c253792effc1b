"""Plain Terraform keeps no journal: after a kill, ADOPT=1 makes the commands look for the rest."""

from __future__ import annotations

import random

import pytest

from tests.stack.cut_off_runs import CommandLine
from tooling import package_lambdas
from tooling.environments import ROOT


@pytest.mark.long
@pytest.mark.timeout(1500)
def test_a_killed_plain_apply_and_destroy_are_made_good(command_line: CommandLine) -> None:
    package_lambdas.build(ROOT / "build" / "lambda")
    command_line.terraform.init()
    moment = random.SystemRandom().uniform(2, 15)
    print(f"terraform apply is killed {moment:.1f} s after its first step")
    assert command_line.kill_plain("apply", moment)
    assert "if that state is lost, ADOPT=1 takes them over" in command_line.fail("deploy")
    command_line.run("deploy", "--adopt")
    assert command_line.changes() == ""

    moment = random.SystemRandom().uniform(1, 10)
    print(f"terraform destroy is killed {moment:.1f} s after its first step")
    assert command_line.kill_plain("destroy", moment)
    command_line.run("destroy", "--adopt")
    assert command_line.inventory() == {}


@pytest.mark.long
@pytest.mark.timeout(1500)
def test_a_plain_destroy_killed_after_the_cleanup_needs_no_adoption(
    command_line: CommandLine,
) -> None:
    command_line.run("deploy")
    state = command_line.data_dir / "terraform.tfstate"
    before = state.read_bytes()
    command_line.terraform.destroy()
    state.write_bytes(before)  # Terraform writes it at intervals only
    assert "steps of the cleanup that cannot be taken" in command_line.run("destroy")
    assert command_line.inventory() == {}
