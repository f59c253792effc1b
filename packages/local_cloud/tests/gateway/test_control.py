"""The control plane, calls that nobody serves, and who a call acts for."""

from __future__ import annotations

import json
import urllib.error
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

OTHER = "210987654321"


def test_unknown_operation_is_refused_at_once(client: Any) -> None:
    with pytest.raises(ClientError) as caught:
        client("sagemaker").list_hubs()
    assert caught.value.response["Error"]["Code"] == "UnknownOperationException"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_clock_only_moves_forward(cloud: Any) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        cloud.control("clock", {"advance_seconds": -1})
    assert "only moves forward" in caught.value.read().decode()


def test_unknown_endpoint_is_named(cloud: Any) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        cloud.control("nonesuch")
    assert caught.value.code == 404
    assert "nonesuch" in caught.value.read().decode()


def account_client(cloud: Any, service: str, **session: str) -> Any:
    """A client of another account: its root, or a session of one of its roles."""
    return boto3.client(
        service,
        endpoint_url=cloud.endpoint_url,
        region_name="eu-west-1",
        aws_access_key_id=session.get("AWS_ACCESS_KEY_ID", OTHER),
        aws_secret_access_key=session.get("AWS_SECRET_ACCESS_KEY", "any"),
        aws_session_token=session.get("AWS_SESSION_TOKEN"),
    )


def groups_of(sagemaker: Any) -> set[str]:
    pages = sagemaker.get_paginator("list_model_package_groups").paginate()
    return {
        group["ModelPackageGroupArn"]
        for page in pages
        for group in page["ModelPackageGroupSummaryList"]
    }


def test_each_account_has_its_own_registry(cloud: Any, client: Any, unique: str) -> None:
    ours, theirs = client("sagemaker"), account_client(cloud, "sagemaker")
    arns = [
        account.create_model_package_group(ModelPackageGroupName=unique)["ModelPackageGroupArn"]
        for account in (ours, theirs)
    ]
    assert [arn.split(":")[4] for arn in arns] == ["123456789012", OTHER]
    assert arns[0] not in groups_of(theirs)
    assert arns[1] not in groups_of(ours)
    theirs.delete_model_package_group(ModelPackageGroupName=unique)
    assert arns[0] in groups_of(ours)
    ours.delete_model_package_group(ModelPackageGroupName=unique)


def test_a_client_cannot_choose_the_account(cloud: Any, client: Any, unique: str) -> None:
    ours, theirs = client("sagemaker"), account_client(cloud, "sagemaker")
    ours.create_model_package_group(ModelPackageGroupName=unique)

    def pretend(request: Any, **_: Any) -> None:
        request.headers["x-moto-account-id"] = "123456789012"

    theirs.meta.events.register("before-sign.sagemaker", pretend)
    with pytest.raises(ClientError, match="does not exist"):
        theirs.describe_model_package_group(ModelPackageGroupName=unique)
    ours.delete_model_package_group(ModelPackageGroupName=unique)


def test_a_session_acts_in_the_account_of_its_role(cloud: Any, unique: str) -> None:
    trust = {"Effect": "Allow", "Principal": {"AWS": OTHER}, "Action": "sts:AssumeRole"}
    policy = {"Effect": "Allow", "Action": "sagemaker:*", "Resource": "*"}
    iam = account_client(cloud, "iam")
    role = iam.create_role(RoleName=unique, AssumeRolePolicyDocument=_document(trust))["Role"]
    iam.put_role_policy(RoleName=unique, PolicyName="p", PolicyDocument=_document(policy))
    session = cloud.control("credentials", {"role_arn": role["Arn"]})
    sagemaker = account_client(cloud, "sagemaker", **session)
    arn = sagemaker.create_model_package_group(ModelPackageGroupName=unique)["ModelPackageGroupArn"]
    assert arn.split(":")[4] == OTHER


def test_a_role_of_another_account_cannot_be_passed(
    cloud: Any, make_role: Any, unique: str
) -> None:
    role = make_role("sagemaker")
    with pytest.raises(ClientError, match="Cross-account pass role is not allowed"):
        account_client(cloud, "sagemaker").create_pipeline(
            PipelineName=unique, RoleArn=role, PipelineDefinition="{}"
        )


def _document(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
