"""Models of a bucket that outlived its stack: whose version is gone stays, as an upload by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from local_cloud import LocalCloud
from promote_model import record
from promote_model.record import Showing
from tests.local_cloud.test_core_model_packages import register
from tooling.adopted_production import PRODUCTION, keep_in_production
from tooling.cloud import Cloud
from tooling.terraform import Terraform
from tooling.terraform_plan import Plan

ARN, VERSION = "model-package-arn", "model-package-version"


def plan(*actions: str) -> Plan:
    address = 'module.model_registry.aws_sagemaker_model_package_group.this["depth"]'
    change = {
        "address": address,
        "mode": "managed",
        "type": "aws_sagemaker_model_package_group",
        "change": {"actions": list(actions), "before": None, "after": {}},
    }
    return Plan(Terraform(Path(), {}), Path(), {"resource_changes": [change]})


@pytest.fixture
def account(cloud: LocalCloud) -> Cloud:
    return Cloud(cloud.environment())


@pytest.fixture
def version(client: Any, unique: str) -> str:
    """ARN of a version that exists."""
    client("sagemaker").create_model_package_group(ModelPackageGroupName=unique)
    return register(client("sagemaker"), unique)


def show(s3: Any, bucket: str, key: str, arn: str | None) -> None:
    tags = "" if arn is None else f"{ARN}={arn}&{VERSION}=1&owner=ada"
    s3.put_object(Bucket=bucket, Key=key, Body=b"zip", Tagging=tags)


def tags(s3: Any, bucket: str, key: str) -> dict[str, str]:
    answer = s3.get_object_tagging(Bucket=bucket, Key=key)
    return {tag["Key"]: tag["Value"] for tag in answer["TagSet"]}


@pytest.mark.parametrize("action", ["create", "no-op"])
def test_only_models_whose_version_is_gone_lose_their_tags(
    account: Cloud, client: Any, version: str, versioned_bucket: str, action: str
) -> None:
    s3 = client("s3")
    gone = version.rsplit("/", 1)[0] + "/99"
    show(s3, versioned_bucket, "depth/gone.zip", gone)
    show(s3, versioned_bucket, "depth/there.zip", version)
    show(s3, versioned_bucket, "depth/by-hand.zip", None)
    show(s3, versioned_bucket, "another/gone.zip", gone)

    imports = {PRODUCTION: versioned_bucket}
    assert keep_in_production(account, plan(action), imports) == ["depth/gone.zip"]
    assert tags(s3, versioned_bucket, "depth/gone.zip") == {"owner": "ada"}
    assert tags(s3, versioned_bucket, "depth/there.zip")[ARN] == version
    assert tags(s3, versioned_bucket, "another/gone.zip")[ARN] == gone
    assert keep_in_production(account, plan(action), imports) == []


@pytest.mark.parametrize("is_shown", [True, False])
def test_what_the_record_calls_promoted_becomes_an_upload_there_too(
    account: Cloud, client: Any, version: str, versioned_bucket: str, is_shown: bool
) -> None:
    s3, key = client("s3"), "depth/model.zip"
    gone = version.rsplit("/", 1)[0] + "/99"
    show(s3, versioned_bucket, key, gone)
    version_id = s3.head_object(Bucket=versioned_bucket, Key=key)["VersionId"]
    promoted = Showing(
        handed_over_by="registry",
        handed_over_at=None,
        key=key,
        version_id=version_id if is_shown else "another",
        package_arn=gone,
        version=99,
        sha256=None,
        bytes=3,
    )
    record.save(s3, versioned_bucket, "depth", record.Record(showing=promoted), datetime.now(UTC))
    assert keep_in_production(account, plan("create"), {PRODUCTION: versioned_bucket}) == [key]
    uploaded = replace(promoted, handed_over_by="upload", package_arn=None, version=None)
    expected = uploaded if is_shown else promoted
    assert record.load(s3, versioned_bucket, "depth").showing == expected


def test_a_bucket_that_is_not_taken_over_is_left_alone(
    account: Cloud, client: Any, versioned_bucket: str
) -> None:
    show(client("s3"), versioned_bucket, "depth/gone.zip", "arn:of:nothing/1")
    assert keep_in_production(account, plan("create"), {}) == []
    assert ARN in tags(client("s3"), versioned_bucket, "depth/gone.zip")
