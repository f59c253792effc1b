"""Security groups that SageMaker makes for a domain's file system and never removes."""

from __future__ import annotations

import re
from typing import Any

from botocore.exceptions import ClientError

from common.aws_errors import code
from teardown.errors import Busy
from teardown.kinds.pages import items

_NAME = re.compile(r"security-group-for-(inbound|outbound)-nfs-d-[a-z0-9-]+")


class NfsGroups:
    """SageMaker's NFS groups in a VPC that belongs to the stack alone."""

    title = "NFS security group"

    def __init__(self, ec2: Any, vpc_id: str) -> None:
        self._ec2, self._vpc_id = ec2, vpc_id
        self._groups: dict[str, dict[str, Any]] = {}

    def find(self) -> list[str]:
        listed = items(
            self._ec2,
            "describe_security_groups",
            "SecurityGroups",
            Filters=[{"Name": "vpc-id", "Values": [self._vpc_id]}],
        )
        self._groups = {
            group["GroupId"]: group for group in listed if _NAME.fullmatch(group["GroupName"])
        }
        return list(self._groups)

    def remove(self, name: str) -> None:
        # The two refer to each other, so every rule goes before either group can.
        for group in self._groups.values():
            self._revoke(group)
        try:
            self._ec2.delete_security_group(GroupId=name)
        except ClientError as exc:
            if code(exc) == "DependencyViolation":
                raise Busy("is still used by a network interface") from exc
            raise

    def _revoke(self, group: dict[str, Any]) -> None:
        if group["IpPermissions"]:
            self._ec2.revoke_security_group_ingress(
                GroupId=group["GroupId"], IpPermissions=group["IpPermissions"]
            )
            group["IpPermissions"] = []
        if group["IpPermissionsEgress"]:
            self._ec2.revoke_security_group_egress(
                GroupId=group["GroupId"], IpPermissions=group["IpPermissionsEgress"]
            )
            group["IpPermissionsEgress"] = []
