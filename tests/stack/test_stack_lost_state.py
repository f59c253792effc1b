"""Without its state, a stack in use still goes wholly: what Terraform never knew of included."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.stack.cut_off_runs import CommandLine
from tests.stack.navigation_driver import NavigationDriver
from tests.stack.stack_driver import TypeDriver


def lose_state(command_line: CommandLine) -> None:
    for file in command_line.data_dir.glob("terraform.tfstate*"):
        file.unlink()


@pytest.mark.long
@pytest.mark.timeout(900)
def test_a_destroy_finds_versions_and_the_endpoint_of_a_lost_state(
    command_line: CommandLine, tmp_path: Path
) -> None:
    command_line.run("deploy")
    stack = command_line.stack()
    TypeDriver(stack, "depth").register_approved("left behind")
    NavigationDriver(stack, tmp_path).serve_new()
    endpoint = stack.outputs["navigation_endpoint_name"]
    lose_state(command_line)

    before = command_line.inventory()
    refused = command_line.fail("destroy")
    assert "make destroy ADOPT=1" in refused
    assert "will be destroyed" not in refused, "it may be in the care of another state"
    assert not (command_line.data_dir / "unfinished").exists(), "the next run would adopt it"
    after = command_line.inventory()  # scaling may have been set up meanwhile
    assert {kind: set(names) - set(after[kind]) for kind, names in before.items()} == {
        kind: set() for kind in before
    }

    printed = command_line.run("destroy", "--adopt")
    assert f"the cleanup removes 1 endpoint ({endpoint})" in printed
    assert "models vis-assis-depth-model-package-group: 1 Approved" in printed
    assert f"bucket {stack.outputs['navigation_upload_bucket']}: " in printed
    assert command_line.inventory() == {}


@pytest.mark.long
@pytest.mark.timeout(900)
def test_an_endpoint_alone_is_not_called_nothing(command_line: CommandLine, tmp_path: Path) -> None:
    command_line.run("deploy")
    stack = command_line.stack()
    NavigationDriver(stack, tmp_path).serve_new()
    # As a destroy without the cleanup left it.
    run = "module.teardown_cleanup.aws_lambda_invocation"
    listed = command_line.terraform.run("state", "list", *command_line.terraform.state_arguments)
    command_line.terraform.forget([name for name in listed.stdout.split() if name.startswith(run)])
    command_line.terraform.destroy()

    endpoint = stack.outputs["navigation_endpoint_name"]
    assert endpoint in command_line.fail("destroy")
    assert f"Removed endpoint {endpoint}" in command_line.run("destroy", "--adopt")
    assert command_line.inventory() == {}
