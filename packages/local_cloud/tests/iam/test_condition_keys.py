"""Policies with conditions on tags and functions decide as they do on AWS."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from support.functions import create_function, create_queue, queue_arn

POLLING = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
ARN = "eu-west-1:123456789012"


def test_user_pools_are_checked_by_their_tags(client: Any, allowed: Any, unique: str) -> None:
    cognito = client("cognito-idp")
    pools = {
        owner: cognito.create_user_pool(PoolName=unique, UserPoolTags={"project": owner})
        for owner in ("mine", "other")
    }
    actions = ["DescribeUserPool", "DeleteUserPool", "TagResource", "ListTagsForResource"]
    limited = allowed(
        "cognito-idp",
        [f"cognito-idp:{action}" for action in actions],
        f"arn:aws:cognito-idp:{ARN}:userpool/*",
        Condition={"StringEquals": {"aws:ResourceTag/project": "mine"}},
    )
    mine, other = (pools[owner]["UserPool"] for owner in ("mine", "other"))
    attempts: tuple[Callable[[], Any], ...] = (
        lambda: limited.describe_user_pool(UserPoolId=other["Id"]),
        lambda: limited.delete_user_pool(UserPoolId=other["Id"]),
        lambda: limited.tag_resource(ResourceArn=other["Arn"], Tags={"project": "mine"}),
        lambda: limited.list_tags_for_resource(ResourceArn=other["Arn"]),
    )
    for attempt in attempts:
        with pytest.raises(ClientError, match="not authorized"):
            attempt()
    limited.tag_resource(ResourceArn=mine["Arn"], Tags={"more": "tags"})
    assert limited.list_tags_for_resource(ResourceArn=mine["Arn"])["Tags"]["more"] == "tags"
    limited.delete_user_pool(UserPoolId=mine["Id"])


def test_event_source_mappings_are_checked_by_their_function(
    client: Any, allowed: Any, unique: str, make_role: Any
) -> None:
    create_queue(client, unique)
    source = queue_arn(unique)
    role = make_role("lambda", {"Action": POLLING, "Resource": source})
    mine, other = f"mine-{unique}", f"other-{unique}"
    for name in (mine, other):
        create_function(client, name, role, "def handle(event, context):\n    return {}\n")
    verbs = ("Create", "Delete", "Get", "Update")
    limited = allowed(
        "lambda",
        [f"lambda:{verb}EventSourceMapping" for verb in verbs],
        "*",
        Condition={"ArnLike": {"lambda:FunctionArn": f"arn:aws:lambda:{ARN}:function:mine-*"}},
    )
    foreign = client("lambda").create_event_source_mapping(
        FunctionName=other, EventSourceArn=source
    )["UUID"]
    attempts: tuple[Callable[[], Any], ...] = (
        lambda: limited.create_event_source_mapping(FunctionName=other, EventSourceArn=source),
        lambda: limited.get_event_source_mapping(UUID=foreign),
        lambda: limited.update_event_source_mapping(UUID=foreign, BatchSize=1),
        lambda: limited.delete_event_source_mapping(UUID=foreign),
    )
    for attempt in attempts:
        with pytest.raises(ClientError, match="not authorized"):
            attempt()
    own = limited.create_event_source_mapping(FunctionName=mine, EventSourceArn=source)["UUID"]
    limited.update_event_source_mapping(UUID=own, BatchSize=1)
    limited.delete_event_source_mapping(UUID=own)
    client("lambda").delete_event_source_mapping(UUID=foreign)
