"""What people opened in a Studio domain goes, in an order that AWS accepts, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from teardown.errors import TeardownIncomplete
from teardown.removal import Deadline
from teardown.request import Request, Stack
from teardown.stages import run
from tests.fakes.leftovers_elsewhere import FakeLogs
from tests.fakes.seconds import Seconds
from tests.fakes.studio_domain import DELETING_SECONDS, OTHERS, OURS, FakeStudio

GROUP = "/aws/sagemaker/studio"
NOTHING: dict[str, list[Any]] = {"app": [], "space": [], "profile": []}


class World:
    """The domain of the stack beside one whose id begins alike."""

    def __init__(self) -> None:
        self.clock = Seconds()
        self.studio = FakeStudio(self.clock)
        self.logs = FakeLogs()
        self.logs.groups = {
            GROUP: [f"{OURS}/guest/JupyterLab/default", f"{OTHERS}/guest/JupyterLab/default"]
        }

    def remove(self) -> list[str]:
        clients = {"sagemaker": self.studio, "logs": self.logs}
        deadline = Deadline(self.clock.left, self.clock.sleep)
        request = Request("delete", "studio", domain_id=OURS)
        self.clock.begin()
        done = run(clients.__getitem__, Stack(name="vis"), request, deadline)
        removed: list[str] = done["removed"]
        return removed


@pytest.fixture
def world() -> World:
    return World()


def test_only_what_is_in_the_domain_goes(world: World) -> None:
    others = world.studio.left(OTHERS)
    removed = world.remove()
    assert world.studio.left(OURS) == NOTHING
    assert world.studio.left(OTHERS) == others
    assert world.logs.groups[GROUP] == [f"{OTHERS}/guest/JupyterLab/default"]
    assert "Studio app shared/JupyterLab/default" in removed
    assert "Studio user profile guest" in removed


def test_a_second_run_is_harmless(world: World) -> None:
    world.remove()
    assert world.remove() == []


def test_an_empty_domain_without_logs_is_no_obstacle(world: World) -> None:
    world.studio.things = {"app": {}, "space": {}, "profile": {}}
    world.logs.groups = {}
    assert world.remove() == []


def test_the_log_group_goes_with_the_last_stream(world: World) -> None:
    world.logs.groups[GROUP].pop()
    world.remove()
    assert world.logs.groups == {}


@pytest.mark.parametrize(
    ("kind", "name", "status"),
    [
        ("app", ("SpaceName", "shared", "JupyterLab", "default"), "Pending"),
        ("space", ("shared",), "Updating"),
        ("profile", ("guest",), "Pending"),
    ],
)
def test_what_is_in_transition_is_waited_for(
    world: World, kind: str, name: tuple[str, ...], status: str
) -> None:
    world.studio.put(kind, OURS, *name, status=status, until=300)
    world.remove()
    assert world.studio.left(OURS) == NOTHING
    assert world.clock.now >= 300 + DELETING_SECONDS


@pytest.mark.parametrize(
    ("operation", "named", "kept"),
    [
        ("DeleteApp", "Studio app guest/JupyterLab/default: An error", ("space", "profile")),
        ("DeleteSpace", "Studio space shared: An error", ("profile",)),
        ("DeleteUserProfile", "Studio user profile guest: An error", ()),
        ("ListSpaces", r"Studio space \(all of them\): cannot be listed", ("profile",)),
    ],
)
def test_a_refusal_is_named_and_stops_what_comes_after(
    world: World, operation: str, named: str, kept: tuple[str, ...]
) -> None:
    before = world.studio.left(OURS)
    world.studio.inject(operation, "AccessDeniedException", times=99)
    with pytest.raises(TeardownIncomplete, match=named):
        world.remove()
    assert {kind: world.studio.left(OURS)[kind] for kind in kept} == {k: before[k] for k in kept}
    assert f"{OURS}/guest/JupyterLab/default" in world.logs.groups[GROUP]
