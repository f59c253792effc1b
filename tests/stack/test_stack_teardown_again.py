"""A stack whose destroy did not come to its end is deployed again."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.stack.busy_stacks import denied
from tests.stack.cut_off_runs import CommandLine
from tests.stack.full_use import WOKEN, FullUse
from tests.stack.second_stack import changed
from vis_assis.local.local_stack import LocalStack
from vis_assis.terraform.runner import TerraformError


@pytest.mark.long
def test_the_next_deploy_puts_everything_back(
    studio_commands: CommandLine, studio_stack: LocalStack, tmp_path: Path
) -> None:
    doomed = changed(studio_stack, {"deletion_protection": False})
    FullUse(doomed, tmp_path)
    with (
        denied(doomed, "vis-assis-b-teardown", "sagemaker:DeleteModelPackage"),
        pytest.raises(TerraformError, match="DeleteModelPackage"),
    ):
        doomed.terraform.destroy()
    studio_commands.run("deploy")
    assert studio_commands.changes() == ""
    assert FullUse(studio_commands.stack(), tmp_path).consumers() == WOKEN
