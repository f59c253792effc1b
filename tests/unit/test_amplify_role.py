"""The policy that the backend phase of an Amplify build runs with, against AWS's action table."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from typing import Any

import pytest

from tests.modules.planned_policies import as_list, resource_patterns
from tooling.environments import ROOT

POLICY = json.loads((ROOT / "iam" / "amplify_service_role.json").read_text())
STATE = "arn:aws:s3:::vis-assis-terraform-state-123456789012"
# What an asterisk at the end of a granted ARN may stand for.
ENDS = ("x", "x/x", "x/execution/x")


def test_it_fits_a_role_and_names_every_action() -> None:
    compact = json.dumps(POLICY, separators=(",", ":"))
    assert len(compact) <= 10_240, "IAM takes 10,240 characters of inline policy"
    actions = [action for statement in POLICY["Statement"] for action in statement["Action"]]
    assert [action for action in actions if "*" in action] == []


def test_it_is_wide_only_where_aws_offers_nothing_narrower() -> None:
    wide = {
        action
        for statement in POLICY["Statement"]
        if statement["Resource"] == "*"
        for action in statement["Action"]
        if resource_patterns(action)
    }
    # The ARNs of mappings and networks hold ids that are not known before; listing takes no name.
    assert {action for action in wide if not _is_of_an_unknown_id(action)} == set()


def test_every_action_can_be_granted_on_what_it_is_granted_on() -> None:
    without_effect = [
        f"{statement['Sid']}: {action}"
        for statement in POLICY["Statement"]
        if statement["Resource"] != "*"
        for action in statement["Action"]
        if not _takes_effect(action, as_list(statement["Resource"]))
    ]
    assert without_effect == []


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("sns:Unsubscribe", "arn:aws:sns:*:*:vis-assis-*"),
        ("s3:GetObject", "arn:aws:sns:*:*:vis-assis-*"),
        ("sagemaker:ListDomains", "arn:aws:sagemaker:*:*:domain/*"),
    ],
)
def test_a_grant_without_effect_is_noticed(action: str, resource: str) -> None:
    assert not _takes_effect(action, [resource])


@pytest.mark.parametrize(
    ("changed", "action"),
    [
        ("a role's description", "iam:UpdateRoleDescription"),
        ("a function's concurrency", "lambda:DeleteFunctionConcurrency"),
        ("the address of the alarms", "sns:SetSubscriptionAttributes"),
    ],
)
def test_it_allows_what_terraform_calls_for_a_change(changed: str, action: str) -> None:
    assert _statements_with(action), f"{changed} could not be changed"


@pytest.mark.parametrize(
    ("action", "resource", "allowed"),
    [
        ("s3:DeleteBucket", STATE, False),
        ("s3:DeleteBucketPolicy", STATE, False),
        ("s3:DeleteObjectVersion", f"{STATE}/vis-assis/terraform.tfstate", False),
        ("s3:DeleteObject", f"{STATE}/vis-assis/terraform.tfstate", False),
        ("s3:DeleteObject", f"{STATE}/vis-assis/terraform.tfstate.tflock", True),
        ("s3:DeleteObject", f"{STATE}/vis-assis/unfinished", True),
        ("s3:PutObject", f"{STATE}/vis-assis/terraform.tfstate", True),
        ("s3:DeleteBucket", "arn:aws:s3:::vis-assis-access-logs-123456789012", True),
    ],
)
def test_the_state_cannot_be_deleted(action: str, resource: str, *, allowed: bool) -> None:
    effects = {
        statement["Effect"]
        for statement in _statements_with(action)
        if any(fnmatchcase(resource, granted) for granted in as_list(statement["Resource"]))
    }
    assert (effects == {"Allow"}) is allowed


def _statements_with(action: str) -> list[dict[str, Any]]:
    return [statement for statement in POLICY["Statement"] if action in statement["Action"]]


def _takes_effect(action: str, resources: list[str]) -> bool:
    """Whether AWS checks the action on an ARN that one of the resources matches."""
    examples = [
        (resource.removesuffix("*") + end if resource.endswith("*") else resource).replace("*", "x")
        for resource in resources
        for end in ENDS
    ]
    return any(p.fullmatch(text) for p in resource_patterns(action) for text in examples)


def _is_of_an_unknown_id(action: str) -> bool:
    return (
        "EventSourceMapping" in action
        or action.startswith("ec2:")
        or action
        in {
            "lambda:ListTags",
            "lambda:TagResource",
            "lambda:UntagResource",
            "logs:DescribeLogGroups",
        }
    )
