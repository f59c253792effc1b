"""A VPC of a Studio domain that is gone, with the groups that SageMaker made in it."""

from __future__ import annotations

from typing import Any

from tests.fakes.client import FakeClient, client_error
from tests.fakes.seconds import Seconds

DOMAIN = "d-0a1b2c3d4e5f"


class FakeNetwork(FakeClient):
    """Security groups by id; those that others' rules or an interface name refuse to go.

    Parameters:
        busy_until: second until which the file system's interfaces use the inbound group.
    """

    service = "ec2"

    def __init__(self, clock: Seconds, busy_until: float = 0) -> None:
        super().__init__()
        self.clock, self.busy_until = clock, busy_until
        self.groups: dict[str, dict[str, Any]] = {}
        for vpc_id in ("vpc-1", "vpc-2"):
            self._add(vpc_id, "default")
            inbound = self._add(vpc_id, f"security-group-for-inbound-nfs-{DOMAIN}")
            outbound = self._add(vpc_id, f"security-group-for-outbound-nfs-{DOMAIN}")
            self.groups[inbound]["IpPermissions"] = [_rule(outbound)]
            self.groups[outbound]["IpPermissionsEgress"] = [_rule(inbound)]
        self._add("vpc-1", f"my-security-group-for-inbound-nfs-{DOMAIN}")

    def names(self, vpc_id: str) -> list[str]:
        """Names of the groups in a VPC."""
        return sorted(g["GroupName"] for g in self.groups.values() if g["VpcId"] == vpc_id)

    def _add(self, vpc_id: str, name: str) -> str:
        group_id = f"sg-{len(self.groups)}"
        self.groups[group_id] = {
            "GroupId": group_id,
            "GroupName": name,
            "VpcId": vpc_id,
            "IpPermissions": [],
            "IpPermissionsEgress": [],
        }
        return group_id

    def _describe_security_groups(self, **call: Any) -> Any:
        (vpc_id,) = call["Filters"][0]["Values"]
        # As from the wire: what a caller does to its answer changes nothing here.
        return {"SecurityGroups": [dict(g) for g in self.groups.values() if g["VpcId"] == vpc_id]}

    def _revoke_security_group_ingress(self, **call: Any) -> Any:
        return self._revoke("IpPermissions", call)

    def _revoke_security_group_egress(self, **call: Any) -> Any:
        return self._revoke("IpPermissionsEgress", call)

    def _revoke(self, direction: str, call: dict[str, Any]) -> Any:
        rules = self.groups[call["GroupId"]][direction]
        self.groups[call["GroupId"]][direction] = [
            rule for rule in rules if rule not in call["IpPermissions"]
        ]
        return {"Return": True}

    def _delete_security_group(self, **call: Any) -> Any:
        group_id = call["GroupId"]
        named = [
            pair["GroupId"]
            for group in self.groups.values()
            for rule in (*group["IpPermissions"], *group["IpPermissionsEgress"])
            for pair in rule["UserIdGroupPairs"]
        ]
        is_mounted = "inbound" in self.groups[group_id]["GroupName"]
        if group_id in named or (is_mounted and self.clock.now < self.busy_until):
            raise client_error("DependencyViolation", "DeleteSecurityGroup")
        del self.groups[group_id]
        return {}


def _rule(group_id: str) -> dict[str, Any]:
    return {"IpProtocol": "tcp", "UserIdGroupPairs": [{"GroupId": group_id}]}
