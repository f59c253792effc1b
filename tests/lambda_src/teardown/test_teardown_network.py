"""What SageMaker leaves in a Studio domain's VPC: only that goes, and refusals have names."""

from __future__ import annotations

from typing import Any

import pytest

from teardown.errors import TeardownIncomplete
from teardown.order import Order
from teardown.patience import Patience
from teardown.run import run
from teardown.settings import Stack
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


def remove(clock: Seconds, network: FakeNetwork, *, last: bool = True) -> dict[str, Any]:
    clock.begin()
    order = Order("delete", "network", last, vpc_id="vpc-1")
    patience = Patience(clock.left, clock.sleep)
    return run(lambda service: network, Stack(name="vis"), order, patience)


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
    assert "2 of vis remain" in str(caught.value)
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


def test_beyond_the_time_of_one_invocation_the_next_goes_on(clock: Seconds) -> None:
    network = FakeNetwork(clock, busy_until=1500)
    (waiting,) = remove(clock, network, last=False)["waiting"]
    assert "still used by a network interface" in waiting
    remove(clock, network)
    assert network.names("vpc-1") == LEFT


def test_only_the_last_calls_what_lingers_an_error(clock: Seconds) -> None:
    network = FakeNetwork(clock, busy_until=10_000)
    remove(clock, network, last=False)
    with pytest.raises(TeardownIncomplete, match=r"sg-1: is still used by a network interface"):
        remove(clock, network)
