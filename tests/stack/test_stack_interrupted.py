"""A deploy and a destroy that are killed on the way: the next ones end where they should."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from tests.stack.cut_off_runs import CommandLine
from tooling.environments import ROOT
from tooling.local_stack import local_cloud


@pytest.fixture
def command_line() -> Iterator[CommandLine]:
    state_dir = ROOT / "build" / "test-interrupted"
    with local_cloud(state_dir) as cloud:
        yield CommandLine(cloud, state_dir)


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_a_killed_deploy_converges_and_a_killed_destroy_leaves_nothing(
    command_line: CommandLine,
) -> None:
    moment = random.SystemRandom()
    assert command_line.kill_during("deploy", moment.uniform(0.5, 15))
    command_line.run("deploy")
    assert command_line.changes() == ""

    assert command_line.kill_during("destroy", moment.uniform(0.5, 5))
    command_line.run("destroy")
    assert command_line.inventory() == {}

    assert "Nothing of vis-assis remains" in command_line.run("destroy")
