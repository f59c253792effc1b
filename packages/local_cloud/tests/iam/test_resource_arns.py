"""Policies that name resources are enough for what the requests name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

ACCOUNT = "eu-west-1:123456789012"
ALLOWED = {
    "cloudwatch": f"arn:aws:cloudwatch:{ACCOUNT}:alarm:mine-*",
    "events": f"arn:aws:events:{ACCOUNT}:rule/mine-*",
    "iam": "arn:aws:iam::123456789012:policy/mine-*",
    "lambda": f"arn:aws:lambda:{ACCOUNT}:function:mine-*",
    "sns": f"arn:aws:sns:{ACCOUNT}:mine-*",
}
ACTIONS = {
    "cloudwatch": ["ListTagsForResource"],
    "events": [
        "DescribeRule",
        "DisableRule",
        "ListTagsForResource",
        "ListTargetsByRule",
        "PutTargets",
        "RemoveTargets",
    ],
    "iam": ["CreatePolicy", "DeletePolicy", "GetPolicy"],
    "lambda": ["CreateFunction", "GetFunctionConcurrency", "PutFunctionConcurrency"],
    "sns": ["ListTagsForResource"],
}
Request = Callable[[Any, str], Any]
REQUESTS: dict[str, tuple[str, Request]] = {
    "tags of an alarm": (
        "cloudwatch",
        lambda c, name: c.list_tags_for_resource(
            ResourceARN=f"arn:aws:cloudwatch:{ACCOUNT}:alarm:{name}"
        ),
    ),
    "tags of a rule": (
        "events",
        lambda c, name: c.list_tags_for_resource(
            ResourceARN=f"arn:aws:events:{ACCOUNT}:rule/{name}"
        ),
    ),
    "targets of a rule": ("events", lambda c, name: c.list_targets_by_rule(Rule=name)),
    "a new target": (
        "events",
        lambda c, name: c.put_targets(Rule=name, Targets=[{"Id": "t", "Arn": "arn:aws:sqs:::q"}]),
    ),
    "a rule": ("events", lambda c, name: c.describe_rule(Name=name)),
    "a rule off": ("events", lambda c, name: c.disable_rule(Name=name)),
    "a target less": ("events", lambda c, name: c.remove_targets(Rule=name, Ids=["t"])),
    "a new policy": ("iam", lambda c, name: c.create_policy(PolicyName=name, PolicyDocument="{}")),
    "a policy": (
        "iam",
        lambda c, name: c.get_policy(PolicyArn=f"arn:aws:iam::123456789012:policy/{name}"),
    ),
    "a policy less": (
        "iam",
        lambda c, name: c.delete_policy(PolicyArn=f"arn:aws:iam::123456789012:policy/{name}"),
    ),
    "a new function": (
        "lambda",
        lambda c, name: c.create_function(
            FunctionName=name,
            Role=f"arn:aws:iam::{ACCOUNT.split(':')[1]}:role/none",
            Code={"ZipFile": b"no zip"},
            Runtime="python3.13",
            Handler="h.h",
        ),
    ),
    "a concurrency": ("lambda", lambda c, name: c.get_function_concurrency(FunctionName=name)),
    "a function stopped": (
        "lambda",
        lambda c, name: c.put_function_concurrency(
            FunctionName=name, ReservedConcurrentExecutions=0
        ),
    ),
    "tags of a topic": (
        "sns",
        lambda c, name: c.list_tags_for_resource(ResourceArn=f"arn:aws:sns:{ACCOUNT}:{name}"),
    ),
}


def _denied(request: Request, client: Any, name: str) -> bool:
    try:
        request(client, name)
    except ClientError as error:
        return "not authorized" in str(error) or "AuthorizationError" in str(error)
    return False


@pytest.mark.parametrize("what", REQUESTS)
def test_what_is_named_is_allowed_and_nothing_else(client: Any, make_role: Any, what: str) -> None:
    service, request = REQUESTS[what]
    actions = [f"{service}:{action}" for action in ACTIONS[service]]
    role = make_role("lambda", {"Effect": "Allow", "Action": actions, "Resource": ALLOWED[service]})
    as_role = client(service, role)
    # What does not exist, or makes no sense, fails later and otherwise.
    assert not _denied(request, as_role, "mine-one")
    assert _denied(request, as_role, "another")


def test_reading_a_concurrency_is_not_setting_it(client: Any, make_role: Any) -> None:
    reader = {"Action": "lambda:GetFunctionConcurrency", "Resource": ALLOWED["lambda"]}
    as_reader = client("lambda", make_role("lambda", reader))
    for what, denied in (("a concurrency", False), ("a function stopped", True)):
        assert _denied(REQUESTS[what][1], as_reader, "mine-one") == denied
