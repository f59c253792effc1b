"""The policies that the backend phase of an Amplify build runs with, against AWS's action table."""

from __future__ import annotations

import json
import re
from fnmatch import fnmatchcase
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from policy_sentry.querying.actions import get_action_data

from local_cloud import LocalCloud
from tests.modules.planned_policies import as_list, resource_patterns
from vis_assis.amplify.role import TOPICS, Names, ensure, remove
from vis_assis.aws.cloud import Cloud
from vis_assis.errors import CommandError

NAMES = Names("vis-assis", "123456789012", "aws")
INLINE = json.loads(NAMES.document("amplify_service_role", "d1abc2defghij"))
BOUNDARY, *MANAGED = (
    json.loads(NAMES.document(f"amplify_{topic}", "d1abc2defghij"))
    for topic in ("boundary", *TOPICS)
)
STATEMENTS = [statement for document in (INLINE, *MANAGED) for statement in document["Statement"]]
ALLOWED = [statement for statement in STATEMENTS if statement["Effect"] == "Allow"]
BOUNDED = {"StringEquals": {"iam:PermissionsBoundary": NAMES.boundary_arn}}
STATE = "arn:aws:s3:::vis-assis-terraform-state-123456789012"
# What an asterisk at the end of a granted ARN may stand for.
ENDS = ("", "x", "x/x", "x/execution/x")


# AWS asks for the first (hashicorp/terraform-provider-aws#20634) and has tags in its guide's
# examples of policies; its reference lists neither.
UNLISTED = ("apigateway:TagResource", "/tags/")


def test_they_fit_a_role_and_name_every_action() -> None:
    assert len(json.dumps(INLINE, separators=(",", ":"))) <= 10_240, "of a role's inline policies"
    for document in (BOUNDARY, *MANAGED):
        assert len(json.dumps(document, separators=(",", ":"))) <= 6_144, "of a managed policy"
    actions = [action for statement in ALLOWED for action in statement["Action"]]
    assert [action for action in actions if "*" in action] == []


def test_they_are_wide_only_where_aws_offers_nothing_narrower() -> None:
    wide = {
        action
        for statement in ALLOWED
        if statement["Resource"] == "*" and "Condition" not in statement
        for action in statement["Action"]
        if action not in UNLISTED and resource_patterns(action)
    }
    assert wide == {"ec2:DescribeVpcAttribute"}, "an attribute of a network, as its lists"


def test_what_changes_things_without_a_name_has_a_condition() -> None:
    """What is gone has no tags: reads have none, so that Terraform sees it is gone."""
    unbound = {
        action
        for statement in ALLOWED
        if "vis-assis" not in json.dumps([statement["Resource"], statement.get("Condition")])
        for action in statement["Action"]
        if not re.search(":(Describe|Get|List|GET)", action)
    }
    without_tags = {"sns:SetSubscriptionAttributes", "sns:Unsubscribe"}
    log_delivery = {f"logs:{verb}LogDelivery" for verb in ("Create", "Delete", "Update")}
    service_role = {"iam:CreateServiceLinkedRole", "iam:DeleteRolePermissionsBoundary"}
    # While something new is tagged, and never with the tag that decides.
    tagging = {"apigateway:DELETE", "apigateway:POST", "ec2:CreateTags", "sagemaker:AddTags"}
    assert unbound - service_role == (
        without_tags | log_delivery | {"logs:PutResourcePolicy"} | tagging
    )


def test_every_condition_is_on_a_key_that_aws_fills() -> None:
    unknown = [
        f"{statement['Sid']}: {action} {key}"
        for statement in ALLOWED
        for keys in statement.get("Condition", {}).values()
        for key in keys
        for action in statement["Action"]
        if action not in UNLISTED and key.replace("project", "${TagKey}") not in _keys_of(action)
    ]
    assert unknown == []


def test_every_action_can_be_granted_on_what_it_is_granted_on() -> None:
    without_effect = [
        f"{statement['Sid']}: {action}"
        for statement in ALLOWED
        if statement["Resource"] != "*" and "/tags/" not in statement["Resource"]
        for action in statement["Action"]
        if action not in UNLISTED
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


def test_what_others_have_is_out_of_its_reach(
    cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether it has no tags or another stack's; `cloud` enforces IAM."""
    owner = Cloud(cloud.environment())
    role = ensure(owner, "vis-assis", "d1abc2defghij", print)
    arn = owner.client("iam").get_role(RoleName=role)["Role"]["Arn"]
    build = Cloud({**cloud.environment(), **cloud.control("credentials", {"role_arn": arn})})
    for number, others in enumerate(({}, {"project": "vis-assis-other"})):
        for service, operation, request in _attempts(owner, number, others, arn):
            with pytest.raises(ClientError, match=r"UnauthorizedOperation|not authorized"):
                pytest.fail(f"{operation}: {getattr(build.client(service), operation)(**request)}")


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
        attached = iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
        remove(cloud, "vis-assis", told.append)
        remove(cloud, "vis-assis", told.append)
        assert iam.list_roles()["Roles"] == iam.list_policies(Scope="Local")["Policies"] == []
    assert [policy["PolicyArn"] for policy in attached] == [*map(NAMES.policy_arn, TOPICS)]
    app = "arn:aws:amplify:eu-west-1:123456789012:apps/d2"
    assert trust["Statement"][0]["Condition"] == {
        "ArnLike": {"aws:SourceArn": [app, f"{app}/*"]},
        "StringEquals": {"aws:SourceAccount": "123456789012"},
    }
    assert "apps/d2" in json.dumps(bounds["PolicyVersion"]["Document"])
    assert role == "amplify-vis-assis"
    assert role in told[-1] and role in told[-3]


@pytest.mark.parametrize("app_id", ["", "my-app", "d1/branches/main"])
def test_what_is_no_id_of_an_app_is_refused(app_id: str) -> None:
    with pytest.raises(CommandError, match="aws amplify list-apps"):
        ensure(Cloud({}), "vis-assis", app_id, print)


def _statements_with(action: str) -> list[dict[str, Any]]:
    return [
        statement
        for statement in STATEMENTS
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


def _keys_of(action: str) -> set[str]:
    service, name = action.split(":")
    rows = get_action_data(service, name)[service]
    return {key for row in rows for key in row["condition_keys"]}


def _attempts(
    owner: Cloud, number: int, tags: dict[str, str], role: str
) -> list[tuple[str, str, dict[str, Any]]]:
    """What the build may not do to things that the owner makes here with these tags."""
    ec2, sagemaker = owner.client("ec2"), owner.client("sagemaker")
    pairs = [{"Key": key, "Value": value} for key, value in tags.items()]
    mine = [{"Key": "project", "Value": "vis-assis"}]
    vpc = ec2.create_vpc(CidrBlock=f"10.9.{number}.0/24")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.9.{number}.0/25")["Subnet"]["SubnetId"]
    of_vpc = {"Filters": [{"Name": "vpc-id", "Values": [vpc]}]}
    group = ec2.describe_security_groups(**of_vpc)["SecurityGroups"][0]["GroupId"]
    if pairs:
        ec2.create_tags(Resources=[vpc, subnet, group], Tags=pairs)
    apis = owner.client("apigatewayv2")
    api = apis.create_api(Name="other", ProtocolType="HTTP", Tags=tags)["ApiId"]
    apis.create_stage(ApiId=api, StageName="x", Tags=tags)
    domain = sagemaker.create_domain(
        DomainName=f"other-{number}",
        AuthMode="IAM",
        DefaultUserSettings={"ExecutionRole": role},
        SubnetIds=[subnet],
        VpcId=vpc,
        Tags=pairs,
    )["DomainArn"]
    profile = {"DomainId": domain.rpartition("/")[2], "UserProfileName": "theirs"}
    sagemaker.create_user_profile(**profile, Tags=pairs)
    pool = owner.client("cognito-idp").create_user_pool(PoolName="other", UserPoolTags=tags)
    subnet_of_ours = {"VpcId": vpc, "CidrBlock": f"10.9.{number}.128/25"}
    specified = [{"ResourceType": "subnet", "Tags": mine}]
    traffic = {"ResourceType": "VPC", "TrafficType": "ALL", "LogGroupName": "vis-assis"}
    return [
        ("ec2", "create_vpc", {"CidrBlock": "10.9.9.0/24"}),
        ("ec2", "create_subnet", {**subnet_of_ours, "TagSpecifications": specified}),
        ("ec2", "create_flow_logs", {"ResourceIds": [vpc], **traffic}),
        ("ec2", "create_tags", {"Resources": [vpc], "Tags": mine}),
        ("ec2", "modify_vpc_attribute", {"VpcId": vpc, "EnableDnsSupport": {"Value": False}}),
        ("ec2", "delete_subnet", {"SubnetId": subnet}),
        ("ec2", "delete_vpc", {"VpcId": vpc}),
        ("ec2", "revoke_security_group_egress", {"GroupId": group, "IpPermissions": []}),
        *([("ec2", "create_tags", {"Resources": [group], "Tags": mine})] if pairs else []),
        ("apigatewayv2", "create_api", {"Name": "x", "ProtocolType": "HTTP"}),
        ("apigatewayv2", "update_api", {"ApiId": api, "Name": "x"}),
        ("apigatewayv2", "update_stage", {"ApiId": api, "StageName": "x", "AutoDeploy": True}),
        ("apigatewayv2", "delete_stage", {"ApiId": api, "StageName": "x"}),
        ("apigatewayv2", "delete_api", {"ApiId": api}),
        (
            *("apigatewayv2", "tag_resource"),
            {
                "ResourceArn": f"arn:aws:apigateway:eu-west-1::/apis/{api}",
                "Tags": {"project": "vis-assis"},
            },
        ),
        ("sagemaker", "update_domain", {"DomainId": profile["DomainId"]}),
        ("sagemaker", "delete_domain", {"DomainId": profile["DomainId"]}),
        ("sagemaker", "add_tags", {"ResourceArn": domain, "Tags": mine}),
        ("sagemaker", "update_user_profile", profile),
        *([("sagemaker", "delete_user_profile", profile)] if pairs else []),
        ("cognito-idp", "create_user_pool", {"PoolName": "x"}),
        ("cognito-idp", "delete_user_pool", {"UserPoolId": pool["UserPool"]["Id"]}),
    ]
