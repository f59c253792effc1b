"""The end of a stack in full use beside another whose name begins alike: only ours goes."""

from __future__ import annotations

from pathlib import Path

from tests.stack.busy_stacks import busy, make_way
from tests.stack.cut_off_runs import CommandLine
from tests.stack.full_use import SHARED, WOKEN, FullUse
from tests.stack.navigation_driver import NavigationDriver
from tests.stack.stack_driver import TypeDriver
from vis_assis.local.local_stack import LocalStack


def test_a_stack_goes_beside_one_whose_longer_name_begins_alike(
    stack: LocalStack,
    studio_commands: CommandLine,
    first_alone: set[str],
    others: set[str],
    tmp_path: Path,
) -> None:
    longer = FullUse(studio_commands.stack(), tmp_path)
    longer.navigation.sweep()
    longer.navigation.wait_until_at_rest()
    of_longer = set(stack.remaining()) - first_alone

    TypeDriver(stack, "depth").register("left behind")
    shorter = NavigationDriver(stack, tmp_path)
    make_way(shorter)
    with busy(shorter, "Creating"):
        stack.terraform.destroy()

    left = set(stack.remaining())
    assert of_longer - left == set()
    assert {i for i in left - of_longer - others if not i.startswith(SHARED)} == set()
    assert studio_commands.changes() == ""
    assert longer.execution_status() == "Executing"
    assert longer.navigation.label()
    assert longer.consumers() == WOKEN
