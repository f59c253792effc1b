"""What SageMaker makes in the account for a Studio domain: a file system and its network.

Everything here is made with the domain and outlives it, but for the file system of a domain that
is deleted with `HomeEfsFileSystem: Delete`; its mount targets' interfaces follow in a moment.
"""

from __future__ import annotations

import importlib
from typing import Any

from ministack.core.responses import request_scope

from local_cloud.ec2 import network_interfaces, service as ec2_service

_NFS_PORT = 2049


def create(account: str, region: str, domain: Any) -> str:
    """Makes the file system, and groups and mount targets where the VPC exists; its id."""
    vpc_id, domain_id = domain.vpc_id, domain.id
    with request_scope(account, region):
        efs, ec2 = _module("efs"), ec2_service.module()
        tags = [{"Key": "ManagedByAmazonSageMakerResource", "Value": domain_id}]
        token = {"CreationToken": domain_id, "Encrypted": True, "Tags": tags}
        efs._create_file_system(token)
        made = next(fs for fs in efs._file_systems.values() if fs["CreationToken"] == domain_id)
        if vpc_id in ec2._vpcs:
            inbound = _create_groups(ec2, account, vpc_id, domain_id)
            description = _mount_target(str(made["FileSystemId"]))
            network_interfaces.create(ec2, description, domain.subnet_ids, inbound)
        return str(made["FileSystemId"])


def delete_file_system(account: str, region: str, file_system_id: str) -> None:
    """Deletes the file system with all that is in it."""
    with request_scope(account, region):
        _module("efs")._file_systems.pop(file_system_id, None)
        network_interfaces.let_go(ec2_service.module(), _mount_target(file_system_id))


def _mount_target(file_system_id: str) -> str:
    return f"EFS mount target for {file_system_id}"


def _create_groups(ec2: Any, account: str, vpc_id: str, domain_id: str) -> str:
    """A group for each direction, the only rule of each names the other; the inbound one's id."""
    ids: dict[str, str] = {}
    for direction in ("inbound", "outbound"):
        name = f"security-group-for-{direction}-nfs-{domain_id}"
        ec2._create_security_group(
            {"GroupName": [name], "GroupDescription": [name], "VpcId": [vpc_id]}
        )
        ids[direction] = next(
            group["GroupId"]
            for group in ec2._security_groups.values()
            if group["GroupName"] == name and group["VpcId"] == vpc_id
        )
    inbound, outbound = ec2._security_groups[ids["inbound"]], ec2._security_groups[ids["outbound"]]
    inbound["IpPermissions"] = [_rule(account, ids["outbound"])]
    inbound["IpPermissionsEgress"] = []
    outbound["IpPermissionsEgress"] = [_rule(account, ids["inbound"])]
    return ids["inbound"]


def _rule(account: str, group_id: str) -> dict[str, Any]:
    return {
        "IpProtocol": "tcp",
        "FromPort": _NFS_PORT,
        "ToPort": _NFS_PORT,
        "IpRanges": [],
        "Ipv6Ranges": [],
        "PrefixListIds": [],
        "UserIdGroupPairs": [{"GroupId": group_id, "UserId": account}],
    }


def _module(service: str) -> Any:
    return importlib.import_module(f"ministack.services.{service}")
