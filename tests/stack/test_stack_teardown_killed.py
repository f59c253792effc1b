"""A destroy of a stack in full use that was killed on its way."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from pathlib import Path

from tests.stack.cut_off_runs import CommandLine
from tests.stack.full_use import SHARED, FullUse
from vis_assis.local.local_stack import LocalStack

OBJECT_OF_THE_FIRST = re.compile(r"s3 object( version)? vis-assis-(?!b-)")


def test_a_killed_destroy_of_a_stack_in_full_use_is_finished_by_the_next(
    studio_commands: CommandLine, first_alone: set[str], others: set[str], tmp_path: Path
) -> None:
    unprotected = {**studio_commands.variables, "deletion_protection": False}
    studio_commands = replace(studio_commands, variables=unprotected)
    studio_commands.run("deploy")
    doomed = studio_commands.stack()
    use = FullUse(doomed, tmp_path)
    assert use.execution_status() == "Executing"
    assert studio_commands.kill_during("destroy", random.SystemRandom().uniform(0.5, 5))
    assert "Nothing of vis-assis-b remains" in studio_commands.run("destroy")
    assert first_alone | others <= set(doomed.remaining())
    assert _left(doomed) - first_alone == others
    doomed.terraform.destroy()
    assert _left(doomed) - first_alone == others


def _left(stack: LocalStack) -> set[str]:
    """What is there but for what several stacks share and what the first one writes meanwhile."""
    return {
        item
        for item in stack.remaining()
        if not item.startswith(SHARED) and not OBJECT_OF_THE_FIRST.match(item)
    }
