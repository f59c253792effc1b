"""The end of a stack in full use, killed on its way, beside one whose name begins alike."""

from __future__ import annotations

import random
from pathlib import Path

from tests.stack.busy_stacks import busy, make_way
from tests.stack.cut_off_runs import CommandLine
from tests.stack.full_use import SHARED, WOKEN, FullUse


def test_a_killed_destroy_is_finished_by_the_next_and_takes_nothing_of_a_longer_name(
    commands: CommandLine,
    studio_commands: CommandLine,
    first_alone: set[str],
    others: set[str],
    tmp_path: Path,
) -> None:
    stack = commands.stack()
    longer = FullUse(studio_commands.stack(), tmp_path)
    longer.navigation.sweep()
    longer.navigation.wait_until_at_rest()
    of_longer = set(stack.remaining()) - first_alone

    shorter = FullUse(stack, tmp_path)
    assert shorter.execution_status() == "Executing"
    make_way(shorter.navigation)
    with busy(shorter.navigation, "Creating"):
        assert commands.kill_during("destroy", random.SystemRandom().uniform(0.5, 5))
        assert "Nothing of vis-assis remains" in commands.run("destroy")

    left = set(stack.remaining())
    assert of_longer - left == set()
    assert {i for i in left - of_longer - others if not i.startswith(SHARED)} == set()
    assert longer.execution_status() == "Executing"
    assert longer.navigation.label()
    assert longer.consumers() == WOKEN
    stack.terraform.destroy()
    assert of_longer - set(stack.remaining()) == set()
