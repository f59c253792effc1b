"""The policy that the backend phase of an Amplify build runs with, against AWS's action table."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from typing import Any

import pytest
from moto import mock_aws

from tests.modules.planned_policies import as_list, resource_patterns
from vis_assis.amplify.role import Names, ensure
from vis_assis.aws.cloud import Cloud
from vis_assis.errors import CommandError

NAMES = Names("vis-assis", "123456789012", "aws")
POLICY = json.loads(NAMES.document("amplify_service_role", "d1abc2defghij"))
BOUNDARY = json.loads(NAMES.document("amplify_boundary", "d1abc2defghij"))
ALLOWED = [statement for statement in POLICY["Statement"] if statement["Effect"] == "Allow"]
BOUNDED = {"StringEquals": {"iam:PermissionsBoundary": NAMES.boundary_arn}}
STATE = "arn:aws:s3:::vis-assis-terraform-state-123456789012"
# What an asterisk at the end of a granted ARN may stand for.
ENDS = ("x", "x/x", "x/execution/x")


def test_it_fits_a_role_and_names_every_action() -> None:
    compact = json.dumps(POLICY, separators=(",", ":"))
    assert len(compact) <= 10_240 - 700, "IAM takes 10,240 characters; destroying adds some"
    assert len(json.dumps(BOUNDARY, separators=(",", ":"))) <= 6_144, "of a managed policy"
    actions = [action for statement in ALLOWED for action in statement["Action"]]
    assert [action for action in actions if "*" in action] == []


def test_it_is_wide_only_where_aws_offers_nothing_narrower() -> None:
    wide = {
        action
        for statement in ALLOWED
        if statement["Resource"] == "*"
        for action in statement["Action"]
        if resource_patterns(action)
    }
    # The ARNs of mappings and networks hold ids that are not known before; listing takes no name.
    assert {action for action in wide if not _is_of_an_unknown_id(action)} == set()


def test_every_action_can_be_granted_on_what_it_is_granted_on() -> None:
    without_effect = [
        f"{statement['Sid']}: {action}"
        for statement in ALLOWED
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
        ("s3:CreateBucket", STATE, False),
        ("s3:DeleteBucket", STATE, False),
        ("s3:DeleteBucketPolicy", STATE, False),
        ("s3:PutBucketPolicy", STATE, False),
        ("s3:PutBucketVersioning", STATE, False),
        ("s3:PutLifecycleConfiguration", STATE, False),
        ("s3:DeleteObjectVersion", f"{STATE}/vis-assis/terraform.tfstate", False),
        ("s3:DeleteObject", f"{STATE}/vis-assis/terraform.tfstate", False),
        ("s3:DeleteObject", f"{STATE}/vis-assis/terraform.tfstate.tflock", True),
        ("s3:DeleteObject", f"{STATE}/vis-assis/unfinished", True),
        ("s3:PutObject", f"{STATE}/vis-assis/terraform.tfstate", True),
        ("s3:ListBucket", STATE, True),
        ("s3:DeleteBucket", "arn:aws:s3:::vis-assis-access-logs-123456789012", True),
        ("iam:PutRolePolicy", f"arn:aws:iam::123456789012:role/{NAMES.role}", False),
        ("iam:CreatePolicyVersion", NAMES.boundary_arn, False),
        ("iam:DeletePolicy", NAMES.boundary_arn, False),
        ("iam:DeleteRolePermissionsBoundary", "arn:aws:iam::123456789012:role/vis-assis-x", False),
    ],
)
def test_state_and_boundary_are_out_of_its_reach(
    action: str, resource: str, *, allowed: bool
) -> None:
    effects = {
        statement["Effect"]
        for statement in _statements_with(action)
        if any(fnmatchcase(resource, granted) for granted in as_list(statement["Resource"]))
    }
    assert (effects == {"Allow"}) is allowed


@pytest.mark.parametrize(
    "action",
    ["AttachRolePolicy", "CreateRole", "PutRolePermissionsBoundary", "PutRolePolicy"],
)
def test_rights_go_only_to_roles_within_the_boundary(action: str) -> None:
    granting = [statement for statement in ALLOWED if f"iam:{action}" in statement["Action"]]
    assert [statement["Condition"] for statement in granting] == [BOUNDED]


@pytest.mark.parametrize(
    ("actions", "condition"),
    [
        (
            ("cognito-idp:DeleteUserPool", "cognito-idp:UpdateUserPool", "cognito-idp:TagResource"),
            {"StringEquals": {"aws:ResourceTag/project": "vis-assis"}},
        ),
        (
            ("lambda:DeleteEventSourceMapping", "lambda:UpdateEventSourceMapping"),
            {"ArnLike": {"lambda:FunctionArn": "arn:aws:lambda:*:*:function:vis-assis-*"}},
        ),
    ],
    ids=["user pools", "event source mappings"],
)
def test_what_other_stacks_have_is_out_of_its_reach(
    actions: tuple[str, ...], condition: dict[str, Any]
) -> None:
    for action in actions:
        granting = [statement for statement in ALLOWED if action in statement["Action"]]
        assert [statement["Condition"] for statement in granting] == [condition]


def test_another_stack_has_documents_of_its_own() -> None:
    text = Names("other", "210987654321", "aws-cn").document("amplify_service_role", "d2")
    assert "vis-assis" not in text
    assert "arn:aws:" not in text
    assert "arn:aws-cn:iam::210987654321:policy/amplify-other-boundary" in text


def test_everything_is_made_and_a_second_time_brought_in_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        cloud, told = Cloud(), list[str]()
        for app_id in ["d1", *["d2"] * 6]:
            role = ensure(cloud, "vis-assis", app_id, told.append)
        iam = cloud.client("iam")
        trust = iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]
        version = iam.get_policy(PolicyArn=NAMES.boundary_arn)["Policy"]["DefaultVersionId"]
        bounds = iam.get_policy_version(PolicyArn=NAMES.boundary_arn, VersionId=version)
    app = "arn:aws:amplify:eu-west-1:123456789012:apps/d2"
    assert trust["Statement"][0]["Condition"] == {
        "ArnLike": {"aws:SourceArn": [app, f"{app}/*"]},
        "StringEquals": {"aws:SourceAccount": "123456789012"},
    }
    assert "apps/d2" in json.dumps(bounds["PolicyVersion"]["Document"])
    assert role == "amplify-vis-assis"
    assert role in told[-1]


@pytest.mark.parametrize("app_id", ["", "my-app", "d1/branches/main"])
def test_what_is_no_id_of_an_app_is_refused(app_id: str) -> None:
    with pytest.raises(CommandError, match="aws amplify list-apps"):
        ensure(Cloud({}), "vis-assis", app_id, print)


def _statements_with(action: str) -> list[dict[str, Any]]:
    return [
        statement
        for statement in POLICY["Statement"]
        if ("Action" in statement and action in statement["Action"])
        or ("NotAction" in statement and action not in statement["NotAction"])
    ]


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
