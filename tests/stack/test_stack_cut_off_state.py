"""A power cut in the middle of a destroy can take the state's last write along."""

from __future__ import annotations

import pytest

from tests.stack.cut_off_runs import CommandLine


@pytest.mark.long
def test_a_destroy_goes_on_although_the_state_is_older_than_the_cleanup(
    deployed_commands: CommandLine,
) -> None:
    state = deployed_commands.data_dir / "terraform.tfstate"
    before = state.read_bytes()
    terraform = deployed_commands.terraform
    terraform.run(
        *(
            "destroy",
            "-target=module.teardown_cleanup",
            "-auto-approve",
            "-input=false",
            "-no-color",
        ),
        *terraform.state_arguments,
        *terraform.variable_arguments,
    )
    state.write_bytes(b"")
    state.with_name("terraform.tfstate.backup").write_bytes(before)
    (deployed_commands.data_dir / "unfinished").write_text(
        "destroy begun 2026-01-31 12:00:00 UTC\n"
    )

    printed = deployed_commands.run("destroy")
    assert "The state file was left half-written: its backup is used" in printed
    assert "steps of the cleanup that cannot run any more" in printed
    assert deployed_commands.inventory() == {}
