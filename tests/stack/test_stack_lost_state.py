"""Without its state, a stack in use still goes wholly: what Terraform never knew of included."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.stack.cut_off_runs import CommandLine
from tests.stack.navigation_driver import NavigationDriver
from tests.stack.stack_driver import TypeDriver


def lose_state(deployed_commands: CommandLine) -> None:
    for file in deployed_commands.data_dir.glob("terraform.tfstate*"):
        file.unlink()


@pytest.mark.long
def test_a_destroy_finds_versions_and_the_endpoint_of_a_lost_state(
    deployed_commands: CommandLine, tmp_path: Path
) -> None:
    stack = deployed_commands.stack()
    TypeDriver(stack, "depth").register_approved("left behind")
    NavigationDriver(stack, tmp_path).serve_new()
    endpoint = stack.outputs["navigation_endpoint_name"]
    lose_state(deployed_commands)

    before = deployed_commands.inventory()
    refused = deployed_commands.fail("destroy")
    assert "make destroy ADOPT=1" in refused
    assert "will be destroyed" not in refused, "it may be in the care of another state"
    assert not (deployed_commands.data_dir / "unfinished").exists(), "the next run would adopt it"
    after = deployed_commands.inventory()  # scaling may have been set up meanwhile
    assert {kind: set(names) - set(after[kind]) for kind, names in before.items()} == {
        kind: set() for kind in before
    }

    printed = deployed_commands.run("destroy", "--adopt")
    assert f"the cleanup removes 1 endpoint ({endpoint})" in printed
    assert "models vis-assis-depth-model-package-group: 1 Approved" in printed
    assert f"bucket {stack.outputs['navigation_upload_bucket']}: " in printed
    assert deployed_commands.inventory() == {}


@pytest.mark.long
def test_an_endpoint_alone_is_not_called_nothing(
    deployed_commands: CommandLine, tmp_path: Path
) -> None:
    stack = deployed_commands.stack()
    NavigationDriver(stack, tmp_path).serve_new()
    # As a destroy without the cleanup left it.
    run = "module.teardown_cleanup.aws_lambda_invocation"
    listed = deployed_commands.terraform.run(
        "state", "list", *deployed_commands.terraform.state_arguments
    )
    deployed_commands.terraform.forget(
        [name for name in listed.stdout.split() if name.startswith(run)]
    )
    deployed_commands.terraform.destroy()

    endpoint = stack.outputs["navigation_endpoint_name"]
    assert endpoint in deployed_commands.fail("destroy")
    assert f"Removed endpoint {endpoint}" in deployed_commands.run("destroy", "--adopt")
    assert deployed_commands.inventory() == {}
