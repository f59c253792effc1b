"""The resource that IAM checks a request on, where MiniStack checks it on everything."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs

from ministack.core import iam_actions

from local_cloud.ec2 import service as ec2_service

_ALARM_ACTIONS = ("DeleteAlarms", "DescribeAlarms")
_DASHBOARD_ACTIONS = ("DeleteDashboards", "GetDashboard", "PutDashboard")
_STREAM_ACTIONS = ("DeleteLogStream", "GetLogEvents", "PutLogEvents")


def apply() -> None:
    """Apply the corrections of this module."""
    alarms_and_log_streams_are_named()
    security_groups_carry_their_vpc()


def alarms_and_log_streams_are_named() -> None:
    """AWS checks alarms, dashboards and log streams by name, and a list of alarms on `alarm:*`.

    MiniStack checked several alarms and dashboards on `*` and a stream on its group, so that a
    policy that names them was refused.
    """
    original = iam_actions.extract_resource_arn

    def extract_resource_arn(  # noqa: PLR0917 - the signature of the original
        service: str,
        method: str,
        path: str,
        headers: dict[str, str],
        body: bytes,
        query_params: dict[str, Any],
        region: str,
        account_id: str,
    ) -> str:
        if service == "monitoring" and _operation(headers, path, body) in _ALARM_ACTIONS:
            name = _named(headers, body, "AlarmNames")
            return f"arn:aws:cloudwatch:{region}:{account_id}:alarm:{name}"
        if service == "monitoring" and _operation(headers, path, body) in _DASHBOARD_ACTIONS:
            name = _named(headers, body, "DashboardName", "DashboardNames")
            return f"arn:aws:cloudwatch::{account_id}:dashboard/{name}"
        arn = str(original(service, method, path, headers, body, query_params, region, account_id))
        if service == "logs" and _operation(headers, path, body) in _STREAM_ACTIONS:
            return f"{arn}:log-stream:{json.loads(body).get('logStreamName', '*')}"
        return arn

    iam_actions.extract_resource_arn = extract_resource_arn


def security_groups_carry_their_vpc() -> None:
    """AWS offers the condition key ec2:Vpc for security groups; MiniStack did not fill it."""
    original = iam_actions.request_tag_context

    def request_tag_context(
        service: str, iam_action: str, body: bytes, query_params: dict[str, Any]
    ) -> dict[str, Any]:
        context: dict[str, Any] = original(service, iam_action, body, query_params)
        group_id = (query_params.get("GroupId") or [""])[0]
        if service != "ec2" or not group_id:
            return context
        ec2 = ec2_service.module()
        group = ec2._security_groups.get(group_id)
        if group is None:
            return context
        region, account_id = ec2.get_region(), ec2.get_account_id()
        vpc = f"arn:aws:ec2:{region}:{account_id}:vpc/{group['VpcId']}"
        return {**context, "ec2:Vpc": vpc}

    iam_actions.request_tag_context = request_tag_context


def _operation(headers: dict[str, str], path: str, body: bytes) -> str:
    """Name of the operation in any of the protocols that CloudWatch and its logs speak."""
    if target := headers.get("x-amz-target", ""):
        return target.rpartition(".")[2]
    if "/operation/" in path:
        return path.rpartition("/")[2]
    return parse_qs(body.decode(errors="replace")).get("Action", [""])[0]


def _named(headers: dict[str, str], body: bytes, *members: str) -> str:
    """The first that the request names in one of these members, `*` when it names none."""
    for member in members:
        if "json" in headers.get("content-type", ""):
            names = json.loads(body or b"{}").get(member)
        else:
            given = parse_qs(body.decode(errors="replace"))
            names = given.get(f"{member}.member.1") or given.get(member)
        if names:
            return str(names if isinstance(names, str) else names[0])
    return "*"
