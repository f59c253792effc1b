"""What SageMaker leaves in a Studio domain's VPC: only that goes, and refusals have names."""

from __future__ import annotations

from typing import Any

import pytest

from teardown.errors import TeardownIncomplete
from teardown.removal import Deadline
from teardown.request import Request, Stack
from teardown.stages import run
from tests.fakes.seconds import Seconds
from tests.fakes.studio_network import DOMAIN, FakeNetwork

LEFT = ["default", f"my-security-group-for-inbound-nfs-{DOMAIN}"]
OTHERS = [
    "default",
    f"security-group-for-inbound-nfs-{DOMAIN}",
    f"security-group-for-outbound-nfs-{DOMAIN}",
]


@pytest.fixture
def clock() -> Seconds:
    return Seconds()


def remove(clock: Seconds, network: FakeNetwork) -> dict[str, Any]:
    clock.begin()
    request = Request("delete", "network", vpc_id="vpc-1")
    deadline = Deadline(clock.left, clock.sleep)
    return run(lambda service: network, Stack(name="vis"), request, deadline)


def test_only_the_groups_of_the_file_system_go(clock: Seconds) -> None:
    network = FakeNetwork(clock)
    removed = remove(clock, network)["removed"]
    assert [name.split()[0] for name in removed] == ["NFS", "NFS"]
    assert network.names("vpc-1") == LEFT
    assert network.names("vpc-2") == OTHERS


def test_a_second_run_is_harmless(clock: Seconds) -> None:
    network = FakeNetwork(clock)
    remove(clock, network)
    assert remove(clock, network)["removed"] == []
    assert network.names("vpc-1") == LEFT


def test_rules_that_are_gone_already_are_no_obstacle(clock: Seconds) -> None:
    network = FakeNetwork(clock)
    for group in network.groups.values():
        group.update(IpPermissions=[], IpPermissionsEgress=[])
    remove(clock, network)
    assert network.names("vpc-1") == LEFT


@pytest.mark.parametrize("direction", ["Ingress", "Egress"])
def test_a_refused_rule_is_named_for_both_groups(clock: Seconds, direction: str) -> None:
    network = FakeNetwork(clock)
    operation = f"RevokeSecurityGroup{direction}"
    network.inject(operation, "UnauthorizedOperation", times=99)
    with pytest.raises(TeardownIncomplete) as caught:
        remove(clock, network)
    assert str(caught.value).count(f"calling the {operation} operation") == 2
    assert clock.now < 60, "a refusal is not waited out"


def test_a_refusal_that_passes_is_tried_again(clock: Seconds) -> None:
    network = FakeNetwork(clock)
    network.inject("RevokeSecurityGroupIngress", "RequestLimitExceeded", times=2)
    remove(clock, network)
    assert network.names("vpc-1") == LEFT


def test_an_interface_that_lingers_is_waited_for(clock: Seconds) -> None:
    network = FakeNetwork(clock, busy_until=400)
    remove(clock, network)
    assert network.names("vpc-1") == LEFT
    assert 400 <= clock.now < 500


def test_an_interface_that_outlasts_the_invocation_is_named(clock: Seconds) -> None:
    network = FakeNetwork(clock, busy_until=1500)
    with pytest.raises(TeardownIncomplete, match=r"sg-1: is still used by a network interface"):
        remove(clock, network)
    remove(clock, network)
    assert network.names("vpc-1") == LEFT
