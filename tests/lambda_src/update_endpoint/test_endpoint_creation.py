"""An endpoint that cannot be made, or is broken, comes back with what works."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from tests.fakes import archives
from tests.fakes.navigation_world import ENDPOINT, NavigationWorld
from update_endpoint.errors import UnexpectedStatus

A, B, C = (archives.good(label) for label in "abc")


@pytest.fixture
def world() -> NavigationWorld:
    """An endpoint that serves release A."""
    world = NavigationWorld()
    world.upload(A)
    world.settle()
    assert world.serves(A)
    return world


def test_failed_endpoint_of_a_good_release_is_made_again() -> None:
    world = NavigationWorld()
    world.hosting.no_capacity = True
    world.upload(A)
    world.run()
    assert world.finish() == "Failed"
    world.hosting.no_capacity = False
    world.settle()
    assert world.serves(A)


def test_release_that_never_starts_is_tried_three_times_and_then_left_alone() -> None:
    world = NavigationWorld()
    world.upload(archives.failing("x"))
    outcome = world.settle()
    assert (world.endpoint, outcome.release_failed) == (None, 1)
    assert world.states() == ["failed"]
    assert len(world.calls("CreateEndpoint")) == 3
    world.clock.advance(86400)
    assert world.run().action == "Keep"
    assert "health check" in world.record()[0]["reason"]


def test_release_that_has_served_is_tried_until_there_is_capacity(world: NavigationWorld) -> None:
    world.hosting.delete_endpoint(EndpointName=ENDPOINT)
    world.finish()
    world.hosting.no_capacity = True
    for _ in range(40):
        world.clock.advance(600)
        world.run()
        if world.endpoint and world.endpoint.status in ("Creating", "Deleting"):
            world.finish()
    assert 5 < len(world.calls("CreateEndpoint")) < 14, "paced, but not given up"
    world.hosting.no_capacity = False
    world.settle()
    assert world.serves(A)


def test_asking_again_for_what_has_served_does_not_shorten_its_tries(
    world: NavigationWorld,
) -> None:
    world.hosting.delete_endpoint(EndpointName=ENDPOINT)
    world.finish()
    world.hosting.no_capacity = True
    world.upload(A)
    for _ in range(40):
        world.clock.advance(600)
        world.run()
        if world.endpoint and world.endpoint.status in ("Creating", "Deleting"):
            world.finish()
    assert len(world.calls("CreateEndpoint")) > 5
    assert world.states() == ["accepted"]


def test_one_failed_endpoint_counts_once_however_often_it_is_seen() -> None:
    world = NavigationWorld()
    world.upload(archives.failing("x"))
    world.run()
    world.finish()
    world.hosting.inject("DeleteEndpoint", "ThrottlingException", times=5)
    for _ in range(5):
        with pytest.raises(ClientError, match="Throttling"):
            world.run()
    assert (world.record()[0]["failures"], world.states()) == (1, ["accepted"])


def test_bad_newest_upload_does_not_keep_navigation_down(world: NavigationWorld) -> None:
    world.upload(archives.failing("x"))
    world.settle()
    world.hosting.delete_endpoint(EndpointName=ENDPOINT)
    world.finish()
    assert world.settle().release_failed == 1
    assert world.serves(A)


def test_update_and_rollback_failed_waits_for_a_newer_upload(world: NavigationWorld) -> None:
    world.upload(B)
    world.run()
    world.live.status, world.live.pending = "UpdateRollbackFailed", ""
    assert world.run().action == "Keep"
    assert world.states() == ["superseded", "failed"]
    assert world.live.status == "UpdateRollbackFailed"
    world.upload(C)
    world.settle()
    assert world.serves(C)


def test_status_that_only_a_person_can_judge_is_an_error(world: NavigationWorld) -> None:
    world.live.status = "OutOfService"
    with pytest.raises(UnexpectedStatus, match="OutOfService"):
        world.run()
