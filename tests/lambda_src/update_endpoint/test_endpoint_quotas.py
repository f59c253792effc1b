"""A quota that is too small is a state with a reason and one alarm, never a failure of the lane."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.fakes import archives
from tests.fakes.client import client_error
from tests.fakes.navigation_world import NavigationWorld
from update_endpoint import quota

A, B = archives.good("a"), archives.good("b")


@pytest.fixture
def world() -> NavigationWorld:
    world = NavigationWorld()
    world.settings = replace(world.settings, max_instances=2)
    return world


def sweep(world: NavigationWorld, hours: int) -> list[str]:
    """What a schedule of five minutes comes to."""
    actions = []
    for _ in range(hours * 12):
        world.clock.advance(300)
        actions.append(world.run().action)
        if world.endpoint and world.endpoint.status not in ("InService", "Failed"):
            world.finish()
    return actions


def test_new_account_without_instances_waits_and_says_what_to_ask_for(
    world: NavigationWorld,
) -> None:
    world.hosting.quotas["ml.g5.xlarge"] = 0
    world.upload(A)
    sweep(world, hours=12)
    (entry,) = world.record()
    assert entry["state"] == "waiting"
    assert "'ml.g5.xlarge for endpoint usage' is 0" in entry["reason"]
    assert "ask Service Quotas for 4" in entry["reason"]
    assert world.run().release_failed == 1
    assert 12 <= len(world.calls("CreateEndpoint")) <= 16, "paced to one an hour"
    world.hosting.quotas["ml.g5.xlarge"] = 4
    sweep(world, hours=2)
    assert world.serves(A)
    assert world.run().release_failed == 0


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (
            "The account-level service limit 'ml.g5.xlarge for endpoint usage' is 1 Instances",
            "'ml.g5.xlarge for endpoint usage' is 1, which is too small: ask Service Quotas for 6",
        ),
        (
            "The account-level service limit 'Maximum number of models' is 1000, with",
            "'Maximum number of models' is 1000, which is too small; ask for more",
        ),
        ("You have reached your limit.", "is too small: You have reached your limit."),
    ],
)
def test_reason_names_the_quota(message: str, reason: str) -> None:
    error = client_error("ResourceLimitExceeded", "CreateEndpoint", message)
    assert reason in quota.explain(error, max_instances=3)
