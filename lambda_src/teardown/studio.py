"""What people opened in a Studio domain, and what SageMaker made in its VPC."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from common.aws_errors import code
from teardown.errors import Busy
from teardown.removal import Leftover, items

_NFS_GROUP = re.compile(r"security-group-for-(inbound|outbound)-nfs-d-[a-z0-9-]+")


def _busy(status: str) -> str:
    return status if status in ("Deleting", "Pending", "Updating") else ""


def apps(sagemaker: Any, domain_id: str) -> Iterator[Leftover]:
    """Every app of the domain's user profiles and spaces."""
    for app in items(sagemaker, "list_apps", "Apps", DomainIdEquals=domain_id):
        if app["Status"] == "Deleted":  # listed for a day
            continue
        owner = {key: app[key] for key in ("UserProfileName", "SpaceName") if app.get(key)}
        name = {"AppType": app["AppType"], "AppName": app["AppName"]}
        yield Leftover(
            "/".join([*owner.values(), *name.values()]),
            partial(sagemaker.delete_app, DomainId=domain_id, **owner, **name),
            busy=_busy(app["Status"]),
        )


def spaces(sagemaker: Any, domain_id: str) -> Iterator[Leftover]:
    """Every space of the domain."""
    for space in items(sagemaker, "list_spaces", "Spaces", DomainIdEquals=domain_id):
        name = space["SpaceName"]
        remove = partial(sagemaker.delete_space, DomainId=domain_id, SpaceName=name)
        yield Leftover(name, remove, busy=_busy(space["Status"]))


def user_profiles(sagemaker: Any, domain_id: str) -> Iterator[Leftover]:
    """Every user profile of the domain, those that people added in the console included."""
    for profile in items(sagemaker, "list_user_profiles", "UserProfiles", DomainIdEquals=domain_id):
        name = profile["UserProfileName"]
        remove = partial(sagemaker.delete_user_profile, DomainId=domain_id, UserProfileName=name)
        yield Leftover(name, remove, busy=_busy(profile["Status"]))


def nfs_groups(ec2: Any, vpc_id: str) -> Iterator[Leftover]:
    """Security groups of a domain's file system in a VPC of the stack; SageMaker removes none."""
    filters = [{"Name": "vpc-id", "Values": [vpc_id]}]
    listed = items(ec2, "describe_security_groups", "SecurityGroups", Filters=filters)
    groups = [group for group in listed if _NFS_GROUP.fullmatch(group["GroupName"])]
    for group in groups:
        yield Leftover(group["GroupId"], partial(_remove_group, ec2, group["GroupId"], groups))


def _remove_group(ec2: Any, group_id: str, groups: list[dict[str, Any]]) -> None:
    # The two refer to each other, so every rule goes before either group can.
    for group in groups:
        for field, revoke in (
            ("IpPermissions", ec2.revoke_security_group_ingress),
            ("IpPermissionsEgress", ec2.revoke_security_group_egress),
        ):
            if group[field]:
                revoke(GroupId=group["GroupId"], IpPermissions=group[field])
                group[field] = []
    try:
        ec2.delete_security_group(GroupId=group_id)
    except ClientError as exc:
        if code(exc) == "DependencyViolation":
            raise Busy("is still used by a network interface") from exc
        raise
