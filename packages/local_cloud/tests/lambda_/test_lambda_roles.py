"""A function's role and queue are judged as on AWS."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from support.functions import create_function, create_queue, invoke, queue_arn

SOURCE = "def handle(event, context):\n    print('hello')\n    return {}\n"
POLLING = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
LOGGING = {"Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": "*"}


def test_mapping_needs_the_roles_permission(client: Any, unique: str, make_role: Any) -> None:
    create_queue(client, unique)
    create_function(client, unique, make_role("lambda"), SOURCE)
    with pytest.raises(ClientError, match="does not have permissions to call ReceiveMessage"):
        client("lambda").create_event_source_mapping(
            FunctionName=unique, EventSourceArn=queue_arn(unique)
        )


def test_mapping_needs_a_queue_that_waits_for_the_function(
    client: Any, unique: str, make_role: Any
) -> None:
    url = create_queue(client, unique, VisibilityTimeout="19")
    role = make_role("lambda", {"Action": POLLING, "Resource": queue_arn(unique)})
    create_function(client, unique, role, SOURCE)
    mapping = {"FunctionName": unique, "EventSourceArn": queue_arn(unique)}
    message = "Queue visibility timeout: 19 seconds is less than Function timeout: 20 seconds"
    with pytest.raises(ClientError, match=message):
        client("lambda").create_event_source_mapping(**mapping)
    client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "20"})
    assert client("lambda").create_event_source_mapping(**mapping)["UUID"]


def logged(client: Any, name: str) -> list[str]:
    group = f"/aws/lambda/{name}"
    if not client("logs").describe_log_groups(logGroupNamePrefix=group)["logGroups"]:
        return []
    events = client("logs").filter_log_events(logGroupName=group)["events"]
    return [event["message"] for event in events]


def test_logs_need_the_roles_permission(client: Any, unique: str, make_role: Any) -> None:
    group = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda"
    creating = {"Action": "logs:CreateLogGroup", "Resource": f"{group}/*"}
    may = make_role("lambda", LOGGING, creating)
    may_elsewhere = make_role("lambda", {**LOGGING, "Resource": f"{group}/other:*"}, creating)
    may_make_no_group = make_role("lambda", LOGGING)
    roles = {"a": may, "b": may_elsewhere, "c": may_make_no_group, "d": make_role("lambda")}
    for letter, role in roles.items():
        create_function(client, f"{unique}-{letter}", role, SOURCE)
        assert invoke(client, f"{unique}-{letter}") == {}
    assert "hello" in logged(client, f"{unique}-a")
    assert [logged(client, f"{unique}-{letter}") for letter in "bcd"] == [[], [], []]
    client("logs").create_log_group(logGroupName=f"/aws/lambda/{unique}-c")
    assert invoke(client, f"{unique}-c") == {}
    assert "hello" in logged(client, f"{unique}-c")
