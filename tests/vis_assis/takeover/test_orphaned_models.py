"""Models of a bucket that outlived its stack: whose version is gone stays, as an upload by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from common.model_index import INDEX_KEY, Entry, Model, Origin
from local_cloud import LocalCloud
from tests.fakes.indexes import dump
from vis_assis.aws.cloud import Cloud
from vis_assis.takeover.orphaned_models import PRODUCTION, keep_in_production
from vis_assis.terraform.plan import Plan
from vis_assis.terraform.runner import Terraform


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
    sagemaker = client("sagemaker")
    sagemaker.create_model_package_group(ModelPackageGroupName=unique)
    made = sagemaker.create_model_package(
        ModelPackageGroupName=unique,
        InferenceSpecification={
            "Containers": [{"Image": "image", "ModelDataUrl": "s3://bucket/depth.zip"}],
            "SupportedContentTypes": ["application/zip"],
            "SupportedResponseMIMETypes": ["application/zip"],
        },
    )
    return str(made["ModelPackageArn"])


def serve(s3: Any, bucket: str, **arns: str | None) -> None:
    """An index that names a copy of each type, of a version or of an upload."""
    entries = {}
    for model_type, arn in arns.items():
        key = f"{model_type}/served/x/{model_type}.zip"
        stored = s3.put_object(Bucket=bucket, Key=key, Body=b"zip", Metadata={"sha256": "ab"})
        version_id = stored["VersionId"]
        origin: Origin = "registry" if arn else "upload"
        model = Model(origin, key, version_id, "e", 3, "ab", "2026-01-01", package_arn=arn)
        entries[model_type] = Entry(1, model)
    s3.put_object(Bucket=bucket, Key=INDEX_KEY, Body=dump(entries))


def uploads(s3: Any, bucket: str) -> set[str]:
    listed = s3.list_objects_v2(Bucket=bucket)["Contents"]
    return {item["Key"] for item in listed if item["Key"].count("/") == 1}


@pytest.mark.parametrize("action", ["create", "no-op"])
def test_only_models_whose_version_is_gone_are_uploaded(
    account: Cloud, client: Any, version: str, versioned_bucket: str, action: str
) -> None:
    s3, gone = client("s3"), version.rsplit("/", 1)[0] + "/99"
    imports = {PRODUCTION: versioned_bucket}
    for arns in ({"depth": version}, {"depth": None}, {"another": gone}):
        serve(s3, versioned_bucket, **arns)
        assert keep_in_production(account, plan(action), imports) == []
    serve(s3, versioned_bucket, depth=gone, another=gone)
    assert keep_in_production(account, plan(action), imports) == ["depth/depth.zip"]
    assert keep_in_production(account, plan(action), imports) == [], "once is enough"
    assert uploads(s3, versioned_bucket) == {"depth/depth.zip"}


def test_a_bucket_without_an_index_is_left_alone(account: Cloud, versioned_bucket: str) -> None:
    assert keep_in_production(account, plan("create"), {PRODUCTION: versioned_bucket}) == []


def test_a_bucket_that_is_not_taken_over_is_left_alone(
    account: Cloud, client: Any, versioned_bucket: str
) -> None:
    serve(client("s3"), versioned_bucket, depth="arn:of:nothing/1")
    assert keep_in_production(account, plan("create"), {}) == []
    assert uploads(client("s3"), versioned_bucket) == set()
