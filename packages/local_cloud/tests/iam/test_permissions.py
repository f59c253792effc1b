"""IAM decides on SageMaker, Application Auto Scaling and Amplify calls too."""

from __future__ import annotations

import re
from typing import Any

import pytest
from botocore.exceptions import ClientError
from policy_sentry.querying.actions import get_action_data

from local_cloud.iam.permissions import TABLES, resource_arns


def job(instance_type: str) -> dict[str, Any]:
    cluster = {"InstanceType": instance_type, "InstanceCount": 1, "VolumeSizeInGB": 1}
    return {
        "ProcessingResources": {"ClusterConfig": cluster},
        "AppSpecification": {"ImageUri": "image", "ContainerEntrypoint": ["true"]},
    }


# Checked only where the request names one.
OPTIONAL = {"inference-component", "reserved-capacity", "training-plan"}
ROWS = [(service, action) for service, table in TABLES.items() for action in table]
PREFIX = "arn:aws:sagemaker:eu-west-1:123456789012:"


@pytest.mark.parametrize(("service", "action"), ROWS)
def test_table_agrees_with_the_service_authorization_reference(service: str, action: str) -> None:
    rows = get_action_data(service, action)[service]
    known = {_kind(row["resource_arn_format"]) for row in rows} - {"*"}
    ours = {_kind(template) for template in TABLES[service][action]} - {"ARN"}
    assert ours <= known, f"{action} is not checked on {ours - known}"
    if "ARN" not in {_kind(template) for template in TABLES[service][action]}:
        required = {
            _kind(r["resource_arn_format"]) for r in rows if r["resource_arn_format"] != "*"
        }
        assert ours >= required - OPTIONAL, f"{action} is also checked on {required}"


def _kind(template: str) -> str:
    """The path of an ARN or template without its names: `apps//branches/`."""
    if template.startswith("{") and template.lower().endswith("arn}"):
        return "ARN"
    resource = template.split(":", 5)[-1]
    return re.sub(r"/(?:\$?\{\w+\}|\*)", "/", resource).strip("/").replace("//", "/")


@pytest.mark.parametrize(
    ("operation", "parameters", "expected"),
    [
        ("ListModelPackages", {"ModelPackageGroupName": "g"}, ["model-package/g/*"]),
        (
            "CreateModelPackage",
            {"ModelPackageGroupName": f"{PREFIX}model-package-group/g"},
            ["model-package/g/*", "model-package-group/g"],
        ),
        (
            "UpdateModelPackage",
            {"ModelPackageArn": f"{PREFIX}model-package/g/3"},
            ["model-package/g/3"],
        ),
        (
            "StopPipelineExecution",
            {"PipelineExecutionArn": f"{PREFIX}pipeline/p/execution/e"},
            ["pipeline/p/execution/e"],
        ),
        (
            "UpdateEndpoint",
            {"EndpointName": "e", "EndpointConfigName": "c"},
            ["endpoint/e", "endpoint-config/c"],
        ),
    ],
)
def test_resources_of_a_request(
    operation: str, parameters: dict[str, str], expected: list[str]
) -> None:
    found = resource_arns("sagemaker", operation, parameters, "eu-west-1", "123456789012")
    assert found == [PREFIX + resource for resource in expected]


def test_unlisted_action_is_checked_on_everything() -> None:
    assert resource_arns("sagemaker", "ListModels", {}, "eu-west-1", "1") == ["*"]


def test_role_may_do_what_it_was_granted(client: Any, cloud: Any, make_role: Any) -> None:
    group = f"{PREFIX}model-package-group/granted"
    role = make_role("lambda", {"Action": "sagemaker:CreateModelPackageGroup", "Resource": group})
    sagemaker = client("sagemaker", role)
    sagemaker.create_model_package_group(ModelPackageGroupName="granted")
    with pytest.raises(ClientError, match="not authorized to perform: sagemaker:Create") as caught:
        sagemaker.create_model_package_group(ModelPackageGroupName="other")
    assert caught.value.response["Error"]["Code"] == "AccessDeniedException"
    name = role.rpartition("/")[2]
    calls = cloud.control(f"calls?principal={name}&action=sagemaker:CreateModelPackageGroup")
    assert [(c["resources"], c["allowed"]) for c in calls] == [
        ([group], True),
        ([f"{PREFIX}model-package-group/other"], False),
    ]


def test_handing_over_a_role_needs_pass_role(client: Any, make_role: Any, unique: str) -> None:
    execution = make_role("sagemaker")
    caller = make_role("lambda", {"Action": "sagemaker:CreateModel", "Resource": "*"})
    with pytest.raises(ClientError, match="iam:PassRole"):
        client("sagemaker", caller).create_model(ModelName=unique, ExecutionRoleArn=execution)


def test_tags_on_creation_need_add_tags(client: Any, make_role: Any, unique: str) -> None:
    caller = make_role("lambda", {"Action": "sagemaker:CreateModelPackageGroup", "Resource": "*"})
    with pytest.raises(ClientError, match="sagemaker:AddTags"):
        client("sagemaker", caller).create_model_package_group(
            ModelPackageGroupName=unique, Tags=[{"Key": "a", "Value": "b"}]
        )


PENDING = {"ModelApprovalStatus": "PendingManualApproval"}
IN_REQUESTS = [
    # operation, key and value of the condition, and whether each request may pass
    (
        "CreateModelPackage",
        "sagemaker:ModelApprovalStatus",
        "PendingManualApproval",
        [(PENDING, True), ({"ModelApprovalStatus": "Approved"}, False), ({}, False)],
    ),
    (
        "UpdateModelPackage",
        "sagemaker:ModelApprovalStatus",
        "Rejected",
        [({"ModelApprovalStatus": "Rejected"}, True), (PENDING, False), ({}, False)],
    ),
    (
        "CreateProcessingJob",
        "sagemaker:InstanceTypes",
        "ml.m5.large",
        [(job("ml.m5.large"), True), (job("ml.p4d.24xlarge"), False)],
    ),
]


@pytest.mark.parametrize("case", IN_REQUESTS, ids=[case[0] for case in IN_REQUESTS])
def test_conditions_see_what_a_request_asks_for(
    client: Any, make_role: Any, unique: str, case: tuple[str, str, str, list[Any]]
) -> None:
    operation, key, value, requests = case
    sagemaker = client("sagemaker")
    sagemaker.create_model_package_group(ModelPackageGroupName=unique)
    made = sagemaker.create_model_package(ModelPackageGroupName=unique, **PENDING)
    names = {
        "CreateModelPackage": {"ModelPackageGroupName": unique},
        "CreateProcessingJob": {"ProcessingJobName": unique, "RoleArn": make_role("sagemaker")},
        "UpdateModelPackage": {"ModelPackageArn": made["ModelPackageArn"]},
    }[operation]
    condition = {"ForAllValues:StringEquals": {key: value}, "Null": {key: "false"}}
    role = make_role(
        "lambda",
        {"Action": f"sagemaker:{operation}", "Resource": "*", "Condition": condition},
        {"Action": "iam:PassRole", "Resource": "*"},
    )
    call = getattr(client("sagemaker", role), re.sub("(?<!^)(?=[A-Z])", "_", operation).lower())
    for request, may in requests:
        if may:
            call(**names, **request)
        else:
            with pytest.raises(ClientError, match=f"not authorized .* sagemaker:{operation}"):
                call(**names, **request)


def test_an_explicit_deny_is_told_as_such(client: Any, make_role: Any) -> None:
    statement = {"Action": "sagemaker:ListModels", "Resource": "*"}
    role = make_role("lambda", statement, {**statement, "Effect": "Deny"})
    with pytest.raises(ClientError, match="with an explicit deny in an identity-based policy"):
        client("sagemaker", role).list_models()


def test_signature_is_checked(cloud: Any, unique: str, client: Any, make_role: Any) -> None:
    import boto3

    keys = cloud.control("credentials", {"role_arn": make_role("lambda")})
    forged = boto3.client(
        "sagemaker",
        endpoint_url=cloud.endpoint_url,
        region_name="eu-west-1",
        aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key="guessed",
        aws_session_token=keys["AWS_SESSION_TOKEN"],
    )
    with pytest.raises(ClientError, match="signature"):
        forged.list_models()


def test_credentials_need_an_existing_role(cloud: Any) -> None:
    import urllib.error

    with pytest.raises(urllib.error.HTTPError) as caught:
        cloud.control("credentials", {"role_arn": "arn:aws:iam::123456789012:role/nobody"})
    assert "does not exist" in caught.value.read().decode()


def test_autoscaling_is_checked_too(client: Any, make_role: Any) -> None:
    with pytest.raises(ClientError, match="application-autoscaling:DescribeScalableTargets"):
        client("application-autoscaling", make_role("lambda")).describe_scalable_targets(
            ServiceNamespace="sagemaker"
        )


def test_amplify_is_checked_too(client: Any, make_role: Any) -> None:
    with pytest.raises(ClientError, match="amplify:ListApps"):
        client("amplify", make_role("lambda")).list_apps()
