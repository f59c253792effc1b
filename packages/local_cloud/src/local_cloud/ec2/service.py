"""EC2: the network around Studio. Corrected when it is first used, as loading it takes a while."""

from __future__ import annotations

import importlib
from functools import cache
from ipaddress import ip_network
from typing import Any

from ministack import app

from local_cloud.ec2 import network_interfaces

_Parameters = dict[str, Any]


def apply() -> None:
    """Apply the corrections of this module once EC2 is asked for anything."""
    original = app._get_module

    def get_module(name: str) -> Any:
        return module() if name == "ec2" else original(name)

    app._get_module = get_module


@cache
def module() -> Any:
    """MiniStack's EC2, corrected."""
    ec2 = importlib.import_module("ministack.services.ec2")
    groups_in_use_stay(ec2)
    subnets_do_not_overlap(ec2)
    flow_logs_are_described_in_full(ec2)
    network_interfaces.apply(ec2)
    return ec2


def groups_in_use_stay(ec2: Any) -> None:
    """AWS answers DependencyViolation for a group that another one's rules name.

    MiniStack deleted it.
    """
    original = ec2._delete_security_group

    def delete_security_group(parameters: _Parameters) -> Any:
        group_id = ec2._p(parameters, "GroupId")
        others = [g for g in ec2._security_groups.values() if g["GroupId"] != group_id]
        rules = [r for g in others for r in (*g["IpPermissions"], *g["IpPermissionsEgress"])]
        pairs = [pair for rule in rules for pair in rule.get("UserIdGroupPairs", ())]
        if any(pair.get("GroupId") == group_id for pair in pairs):
            message = f"resource {group_id} has a dependent object"
            return ec2._error("DependencyViolation", message, 400)
        return original(parameters)

    ec2._ACTION_MAP["DeleteSecurityGroup"] = delete_security_group


def subnets_do_not_overlap(ec2: Any) -> None:
    """AWS refuses addresses that another subnet of the VPC has; MiniStack gave them away again."""
    original = ec2._create_subnet

    def create_subnet(parameters: _Parameters) -> Any:
        vpc_id, block = ec2._p(parameters, "VpcId"), ec2._p(parameters, "CidrBlock")
        taken = [s["CidrBlock"] for s in ec2._subnets.values() if s["VpcId"] == vpc_id]
        if block and any(ip_network(block).overlaps(ip_network(other)) for other in taken):
            message = f"The CIDR '{block}' conflicts with another subnet"
            return ec2._error("InvalidSubnet.Conflict", message, 400)
        return original(parameters)

    ec2._ACTION_MAP["CreateSubnet"] = create_subnet


def flow_logs_are_described_in_full(ec2: Any) -> None:
    """AWS tells role, interval and tags of a flow log.

    MiniStack kept none of them, which made Terraform replace the log in every plan.
    """
    create, describe = ec2._create_flow_logs, ec2._describe_flow_logs

    def create_flow_logs(parameters: _Parameters) -> Any:
        before = set(ec2._flow_logs)
        answer = create(parameters)
        for made in set(ec2._flow_logs) - before:
            ec2._parse_tag_specs(parameters, "vpc-flow-log", made)
            ec2._flow_logs[made].update(
                role=ec2._p(parameters, "DeliverLogsPermissionArn"),
                interval=ec2._p(parameters, "MaxAggregationInterval") or "600",
            )
        return answer

    def describe_flow_logs(parameters: _Parameters) -> Any:
        status, headers, body = describe(parameters)
        text = body.decode() if isinstance(body, bytes) else str(body)
        for made in ec2._flow_logs.values():
            mark = f"<flowLogId>{made['FlowLogId']}</flowLogId>"
            more = f"<maxAggregationInterval>{made['interval']}</maxAggregationInterval>"
            if made["role"]:
                more += f"<deliverLogsPermissionArn>{made['role']}</deliverLogsPermissionArn>"
            text = text.replace(mark, mark + more)
        return status, headers, text.encode()

    ec2._ACTION_MAP["CreateFlowLogs"] = create_flow_logs
    ec2._ACTION_MAP["DescribeFlowLogs"] = describe_flow_logs
