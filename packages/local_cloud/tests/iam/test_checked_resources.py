"""Policies that name alarms, log streams or a VPC decide as they do on AWS."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

ARN = "eu-west-1:123456789012"


def test_alarms_are_checked_by_name(client: Any, allowed: Any, unique: str) -> None:
    mine, other = f"{unique}-mine", f"{unique}-other"
    for name in (mine, other):
        client("cloudwatch").put_metric_alarm(
            AlarmName=name,
            Namespace="n",
            MetricName="m",
            Statistic="Sum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=1,
            ComparisonOperator="GreaterThanThreshold",
        )
    deleter = allowed(
        "cloudwatch", ["cloudwatch:DeleteAlarms"], f"arn:aws:cloudwatch:{ARN}:alarm:{mine}"
    )
    with pytest.raises(ClientError, match="not authorized"):
        deleter.delete_alarms(AlarmNames=[other])
    deleter.delete_alarms(AlarmNames=[mine])
    lister = allowed(
        "cloudwatch", ["cloudwatch:DescribeAlarms"], f"arn:aws:cloudwatch:{ARN}:alarm:*"
    )
    listed = lister.describe_alarms(AlarmNamePrefix=unique)["MetricAlarms"]
    assert [alarm["AlarmName"] for alarm in listed] == [other]


def test_dashboards_are_checked_by_name(client: Any, allowed: Any, unique: str) -> None:
    """Their ARN has no region."""
    mine, other = f"{unique}-mine", f"{unique}-other"
    body = '{"widgets": []}'
    client("cloudwatch").put_dashboard(DashboardName=other, DashboardBody=body)
    actions = [
        f"cloudwatch:{name}" for name in ("PutDashboard", "GetDashboard", "DeleteDashboards")
    ]
    limited = allowed("cloudwatch", actions, f"arn:aws:cloudwatch::123456789012:dashboard/{mine}")
    limited.put_dashboard(DashboardName=mine, DashboardBody=body)
    assert limited.get_dashboard(DashboardName=mine)["DashboardName"] == mine
    with pytest.raises(ClientError, match="not authorized"):
        limited.get_dashboard(DashboardName=other)
    with pytest.raises(ClientError, match="not authorized"):
        limited.delete_dashboards(DashboardNames=[other])
    limited.delete_dashboards(DashboardNames=[mine])


def test_a_list_of_alarms_needs_all_of_them(allowed: Any, unique: str) -> None:
    one = allowed(
        "cloudwatch", ["cloudwatch:DescribeAlarms"], f"arn:aws:cloudwatch:{ARN}:alarm:{unique}"
    )
    with pytest.raises(ClientError, match="not authorized"):
        one.describe_alarms(AlarmNamePrefix=unique)


def test_log_streams_are_checked_by_name(client: Any, allowed: Any, unique: str) -> None:
    group = f"/test/{unique}"
    logs = client("logs")
    logs.create_log_group(logGroupName=group)
    for stream in ("mine", "other"):
        logs.create_log_stream(logGroupName=group, logStreamName=stream)
    arn = f"arn:aws:logs:{ARN}:log-group:{group}:log-stream:mine"
    deleter = allowed("logs", ["logs:DeleteLogStream"], arn)
    with pytest.raises(ClientError, match="not authorized"):
        deleter.delete_log_stream(logGroupName=group, logStreamName="other")
    deleter.delete_log_stream(logGroupName=group, logStreamName="mine")
    left = logs.describe_log_streams(logGroupName=group)["logStreams"]
    assert [stream["logStreamName"] for stream in left] == ["other"]


def test_security_groups_are_checked_by_their_vpc(client: Any, allowed: Any, unique: str) -> None:
    ec2 = client("ec2")
    groups = {}
    for block in ("10.1.0.0/24", "10.2.0.0/24"):
        vpc_id = ec2.create_vpc(CidrBlock=block)["Vpc"]["VpcId"]
        groups[vpc_id] = ec2.create_security_group(
            GroupName=unique, Description="a group", VpcId=vpc_id
        )["GroupId"]
    (ours, mine), (_, other) = groups.items()
    deleter = allowed(
        "ec2",
        ["ec2:DeleteSecurityGroup"],
        f"arn:aws:ec2:{ARN}:security-group/*",
        Condition={"ArnEquals": {"ec2:Vpc": f"arn:aws:ec2:{ARN}:vpc/{ours}"}},
    )
    with pytest.raises(ClientError, match="not authorized"):
        deleter.delete_security_group(GroupId=other)
    deleter.delete_security_group(GroupId=mine)
