"""Network interfaces that AWS manages, such as those of a file system's mount targets."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from local_cloud import clock

LINGER_SECONDS = 2.0
"""For how long an interface stays after what it was made for is gone."""

Interface = dict[str, Any]
_VALUES: dict[str, Callable[[Interface], list[str]]] = {
    "description": lambda eni: [eni["Description"]],
    "group-id": lambda eni: [group["GroupId"] for group in eni["Groups"]],
    "subnet-id": lambda eni: [eni["SubnetId"]],
    "vpc-id": lambda eni: [eni["VpcId"]],
}


def create(ec2: Any, description: str, subnet_ids: Iterable[str], group_id: str) -> None:
    """Makes an interface in each of these subnets that exist."""
    for subnet_id in subnet_ids:
        if subnet_id in ec2._subnets:
            named = {"SubnetId": [subnet_id], "Description": [description]}
            ec2._create_network_interface({**named, "SecurityGroupId.1": [group_id]})


def let_go(ec2: Any, description: str) -> None:
    """Lets the interfaces with this description go in a moment."""
    for eni in ec2._network_interfaces.values():
        if eni["Description"] == description:
            eni["GoneAt"] = clock.now() + LINGER_SECONDS


def apply(ec2: Any) -> None:
    """AWS deletes no group and no subnet that an interface is in, and filters their list.

    MiniStack deleted both and filtered nothing.
    """
    _keep_what_is_used(ec2, "DeleteSecurityGroup", "GroupId", "group-id")
    _keep_what_is_used(ec2, "DeleteSubnet", "SubnetId", "subnet-id")
    _filter_the_list(ec2)


def _keep_what_is_used(ec2: Any, action: str, parameter: str, kind: str) -> None:
    original = ec2._ACTION_MAP[action]

    def delete(parameters: dict[str, Any]) -> Any:
        name = ec2._p(parameters, parameter)
        if any(name in _VALUES[kind](eni) for eni in _present(ec2)):
            message = f"resource {name} has a dependent object"
            return ec2._error("DependencyViolation", message, 400)
        return original(parameters)

    ec2._ACTION_MAP[action] = delete


def _filter_the_list(ec2: Any) -> None:
    original = ec2._ACTION_MAP["DescribeNetworkInterfaces"]

    def describe(parameters: dict[str, Any]) -> Any:
        filters = ec2._parse_filters(parameters)
        found = [eni for eni in _present(ec2) if _matches(ec2, eni, filters)]
        if not filters:
            return original(parameters)
        ids = [eni["NetworkInterfaceId"] for eni in found] or ["none"]
        chosen = {f"NetworkInterfaceId.{i}": [name] for i, name in enumerate(ids, start=1)}
        return original({**parameters, **chosen})

    ec2._ACTION_MAP["DescribeNetworkInterfaces"] = describe


def _matches(ec2: Any, eni: Interface, filters: dict[str, list[str]]) -> bool:
    return all(
        any(ec2._glob_match(pattern, value) for pattern in patterns for value in _VALUES[kind](eni))
        for kind, patterns in filters.items()
        if kind in _VALUES
    )


def _present(ec2: Any) -> list[Interface]:
    for name, eni in list(ec2._network_interfaces.items()):
        if clock.now() >= eni.get("GoneAt", float("inf")):
            del ec2._network_interfaces[name]
    return list(ec2._network_interfaces.values())
