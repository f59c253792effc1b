"""What old executions left goes, but nothing that any version points into."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from vis_assis.aws import old_executions
from vis_assis.errors import CommandError

TOMORROW = datetime.now(UTC) + timedelta(days=1)
FILES = ("model.zip", "manifest.json", "trained/deep/model.tar.gz")


class Registry:
    """A bucket with executions and a group with versions of some of them."""

    def __init__(self, client: Callable[..., Any], name: str) -> None:
        self.s3, self.sagemaker, self.name = client("s3"), client("sagemaker"), name
        self.s3.create_bucket(
            Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
        )
        self.sagemaker.create_model_package_group(ModelPackageGroupName=name)

    def execute(self, folder: str) -> None:
        for file in FILES:
            self.s3.put_object(Bucket=self.name, Key=f"{folder}/{file}", Body=b"12345")

    def register(self, key: str, **more: Any) -> str:
        within = {} if "ModelPackageName" in more else {"ModelPackageGroupName": self.name}
        answer = self.sagemaker.create_model_package(
            **within,
            InferenceSpecification={
                "Containers": [{"Image": "image:1", "ModelDataUrl": f"s3://{self.name}/{key}"}],
                "SupportedContentTypes": ["application/zip"],
                "SupportedResponseMIMETypes": ["application/zip"],
            },
            **more,
        )
        return str(answer["ModelPackageArn"])

    def unneeded(self, before: datetime = TOMORROW) -> list[old_executions.Execution]:
        return old_executions.unneeded(self.s3, self.sagemaker, self.name, ["depth"], before)

    def keys(self) -> set[str]:
        listed = self.s3.list_objects_v2(Bucket=self.name)
        return {item["Key"] for item in listed.get("Contents", ())}


@pytest.fixture
def registry(client: Callable[..., Any], unique: str) -> Registry:
    return Registry(client, unique)


@pytest.mark.parametrize("status", ["PendingManualApproval", "Approved", "Rejected"])
def test_what_a_version_points_into_stays(registry: Registry, status: str) -> None:
    for folder in ("pipelines/depth/a", "pipelines/depth/ab", "pipelines/depth/c"):
        registry.execute(folder)
    arn = registry.register("pipelines/depth/a/trained/model.zip", ModelApprovalStatus=status)
    found = registry.unneeded()
    assert [item.folder for item in found] == ["pipelines/depth/ab/", "pipelines/depth/c/"]
    assert found[0].bytes == 15

    old_executions.remove(registry.s3, registry.name, found)
    assert registry.keys() == {f"pipelines/depth/a/{file}" for file in FILES}
    registry.sagemaker.delete_model_package(ModelPackageName=arn)
    assert [item.folder for item in registry.unneeded()] == ["pipelines/depth/a/"]


def test_a_prefix_and_what_is_no_container_count(registry: Registry) -> None:
    for folder in ("pipelines/depth/a", "pipelines/depth/b", "pipelines/depth/c"):
        registry.execute(folder)
    metrics = {"ContentType": "json", "S3Uri": f"s3://{registry.name}/pipelines/depth/b/m.json"}
    quality = {"ModelQuality": {"Statistics": metrics}}
    registry.register("pipelines/depth/a", ModelMetrics=quality)
    assert [item.folder for item in registry.unneeded()] == ["pipelines/depth/c/"]


def test_a_package_without_a_group_counts(registry: Registry) -> None:
    registry.execute("pipelines/depth/a")
    arn = registry.register("pipelines/depth/a/model.zip", ModelPackageName=registry.name)
    assert registry.unneeded() == []
    registry.sagemaker.delete_model_package(ModelPackageName=arn)
    assert [item.folder for item in registry.unneeded()] == ["pipelines/depth/a/"]


def test_what_is_young_or_elsewhere_stays(registry: Registry) -> None:
    for folder in ("pipelines/depth/a", "pipelines/other/b", "restored/depth/c", "code/1/d"):
        registry.execute(folder)
    registry.s3.put_object(Bucket=registry.name, Key="pipelines/depth/by-hand.zip", Body=b"1")
    assert registry.unneeded(datetime.now(UTC) - timedelta(days=1)) == []
    assert [item.folder for item in registry.unneeded()] == ["pipelines/depth/a/"]


def test_a_registry_that_cannot_be_read_stops_the_search(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry.execute("pipelines/depth/a")
    registry.register("pipelines/depth/a/model.zip")

    def denied(**_: Any) -> None:
        raise ClientError({"Error": {"Code": "AccessDeniedException"}}, "DescribeModelPackage")

    monkeypatch.setattr(registry.sagemaker, "describe_model_package", denied)
    with pytest.raises(ClientError):
        registry.unneeded()


def test_an_object_that_s3_keeps_is_named(registry: Registry) -> None:
    class Refusing:
        def delete_objects(self, **_: Any) -> Any:
            return {"Errors": [{"Key": "k", "Code": "AccessDenied", "Message": "no"}]}

    registry.execute("pipelines/depth/a")
    with pytest.raises(CommandError, match=r"/k was not deleted \(AccessDenied: no\): allow"):
        old_executions.remove(Refusing(), registry.name, registry.unneeded())
