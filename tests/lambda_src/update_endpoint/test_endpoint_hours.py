"""Outside the opening hours the endpoint is away, and it comes back with what works."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.fakes import archives
from tests.fakes.navigation_world import NavigationWorld
from update_endpoint.office_hours import parse

A = archives.good("a")
HOURS = parse({"timezone": "UTC", "days": ["thu", "fri"], "from": "08:00", "to": "18:00"})


@pytest.fixture
def world() -> NavigationWorld:
    return NavigationWorld()


def test_office_hours_take_the_endpoint_away_and_bring_it_back(world: NavigationWorld) -> None:
    world.settings = replace(world.settings, hours=HOURS)
    world.upload(A)
    world.settle()
    assert world.serves(A)
    kept = world.keys("releases/"), set(world.hosting.configs)
    world.clock.now = world.clock.now.replace(hour=18, minute=0)
    assert world.settle().reason == "outside the opening hours"
    assert world.endpoint is None
    assert kept == (world.keys("releases/"), set(world.hosting.configs))
    assert world.states() == ["superseded"]
    world.clock.now = world.clock.now.replace(day=2, hour=8, minute=1)
    world.settle()
    assert world.serves(A)


def test_upload_of_the_night_is_served_in_the_morning_or_the_one_before(
    world: NavigationWorld,
) -> None:
    world.settings = replace(world.settings, hours=HOURS)
    world.upload(A)
    world.settle()
    world.clock.now = world.clock.now.replace(hour=18)
    world.settle()
    world.upload(archives.failing("x"))
    world.settle()
    world.clock.now = world.clock.now.replace(day=2, hour=8, minute=1)
    assert world.settle().release_failed == 1
    assert world.serves(A)
    assert len(world.calls("CreateEndpoint")) == 3


def test_config_that_has_served_outlives_the_night_beside_one_that_failed(
    world: NavigationWorld,
) -> None:
    world.settings = replace(world.settings, hours=HOURS)
    world.upload(A)
    world.settle()
    served = world.live.config
    world.clock.now = world.clock.now.replace(hour=18)
    world.settle()
    world.hosting.no_capacity = True
    world.configure(instance_type="ml.g6.xlarge")
    world.clock.now = world.clock.now.replace(day=2, hour=8, minute=1)
    assert world.run().action == "Create"
    assert world.finish() == "Failed"
    assert world.run().action == "Delete"
    world.finish()
    world.clock.now = world.clock.now.replace(hour=18)
    assert world.settle().reason == "outside the opening hours"
    world.hosting.no_capacity = False
    world.clock.now = world.clock.now.replace(day=8, hour=8, minute=1)
    assert world.settle().release_failed == 1
    assert world.serves(A)
    assert world.live.config == served
