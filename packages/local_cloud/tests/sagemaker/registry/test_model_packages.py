"""Model packages and groups behave as on AWS, not as in moto."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import time
from typing import Any

import pytest
from botocore.exceptions import ClientError

IMAGE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/image:1"
CONTAINER = {
    "Image": IMAGE,
    "ModelDataSource": {
        "S3DataSource": {
            "S3Uri": "s3://bucket/model.zip",
            "S3DataType": "S3Object",
            "CompressionType": "None",
        }
    },
}
SPECIFICATION = {
    "Containers": [CONTAINER],
    "SupportedContentTypes": ["application/octet-stream"],
    "SupportedResponseMIMETypes": ["application/octet-stream"],
}

DIGEST = f"sha256:{hashlib.sha256(IMAGE.encode()).hexdigest()}"
REGISTERED = {**SPECIFICATION, "Containers": [{**CONTAINER, "ImageDigest": DIGEST}]}

# In a process of its own, as the correction patches moto.
AT_THE_SAME_TIME = """
import inspect, sys
from concurrent.futures import ThreadPoolExecutor
from moto.sagemaker.models import SageMakerModelBackend
from local_cloud.sagemaker.registry import model_packages

def none_of(operation):
    return dict.fromkeys(list(inspect.signature(operation).parameters)[1:])

creation = none_of(SageMakerModelBackend.create_model_package)
selection = none_of(SageMakerModelBackend.list_model_packages)
model_packages.apply()
model_packages._emit_state_change = lambda *_: None
backend = SageMakerModelBackend("eu-west-1", "123456789012")
backend.create_model_package_group("group", "", [])

def register_and_list(_):
    made = backend.create_model_package(**{**creation, "model_package_group_name": "group"})
    backend.list_model_packages(**selection)
    return made

sys.setswitchinterval(1e-6)
with ThreadPoolExecutor(8) as pool:
    made = set(pool.map(register_and_list, range(500)))
assert len(made) == 500 and made == set(backend.model_packages), len(backend.model_packages)
"""


@pytest.fixture
def sagemaker(client: Any) -> Any:
    return client("sagemaker")


@pytest.fixture
def group(sagemaker: Any, unique: str) -> str:
    sagemaker.create_model_package_group(ModelPackageGroupName=unique)
    return unique


def register(sagemaker: Any, group: str, **more: Any) -> str:
    answer = sagemaker.create_model_package(
        ModelPackageGroupName=group, InferenceSpecification=SPECIFICATION, **more
    )
    return str(answer["ModelPackageArn"])


def events_of(cloud: Any, arn: str) -> list[dict[str, Any]]:
    return [e for e in cloud.control("events") if e["resources"] == [arn]]


def test_versions_registered_at_the_same_time_are_all_kept_and_disturb_no_list() -> None:
    """Pipelines run side by side, each in a thread of the server."""
    done = subprocess.run(
        [sys.executable, "-c", AT_THE_SAME_TIME], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_version_numbers_are_never_reused(sagemaker: Any, group: str) -> None:
    first = register(sagemaker, group)
    second = register(sagemaker, group)
    sagemaker.delete_model_package(ModelPackageName=second)
    third = register(sagemaker, group)
    listed = sagemaker.list_model_packages(ModelPackageGroupName=group)["ModelPackageSummaryList"]
    assert [first[-2:], third[-2:]] == ["/1", "/3"]
    assert {p["ModelPackageVersion"] for p in listed} == {1, 3}


def test_a_version_starts_pending(sagemaker: Any, group: str) -> None:
    arn = register(sagemaker, group)
    described = sagemaker.describe_model_package(ModelPackageName=arn)
    assert described["ModelApprovalStatus"] == "PendingManualApproval"
    assert described["InferenceSpecification"] == REGISTERED


def test_update_keeps_what_it_does_not_name(sagemaker: Any, group: str) -> None:
    arn = register(sagemaker, group, CustomerMetadataProperties={"revision": "a", "licence": "MIT"})
    sagemaker.update_model_package(ModelPackageArn=arn, ModelApprovalStatus="Approved")
    sagemaker.update_model_package(
        ModelPackageArn=arn,
        CustomerMetadataProperties={"revision": "b"},
        CustomerMetadataPropertiesToRemove=["licence"],
    )
    described = sagemaker.describe_model_package(ModelPackageName=arn)
    assert described["ModelApprovalStatus"] == "Approved"
    assert described["CustomerMetadataProperties"] == {"revision": "b"}


FITTING = {"k" * 128: "v" * 256, "Größe 2": "s3://b/k_1.zip:a=b+c-d@e"}
UNFITTING = {
    "51 entries": {f"k{number}": "v" for number in range(51)},
    "a long key": {"k" * 129: "v"},
    "a long value": {"k": "v" * 257},
    "a comma": {"k": "a,b"},
    "a line end": {"k": "a\n"},
    "an asterisk in a key": {"*": "v"},
}


@pytest.mark.parametrize("metadata", UNFITTING.values(), ids=UNFITTING)
def test_customer_metadata_is_limited(sagemaker: Any, group: str, metadata: dict[str, str]) -> None:
    arn = register(sagemaker, group, CustomerMetadataProperties=FITTING)
    refused = "customerMetadataProperties' failed to satisfy constraint"
    with pytest.raises(ClientError, match=refused):
        register(sagemaker, group, CustomerMetadataProperties=metadata)
    with pytest.raises(ClientError, match=refused):
        sagemaker.update_model_package(ModelPackageArn=arn, CustomerMetadataProperties=metadata)
    described = sagemaker.describe_model_package(ModelPackageName=arn)
    assert described["CustomerMetadataProperties"] == FITTING
    listed = sagemaker.list_model_packages(ModelPackageGroupName=group)["ModelPackageSummaryList"]
    assert len(listed) == 1


def test_group_is_created_once(sagemaker: Any, group: str) -> None:
    with pytest.raises(ClientError, match="already exists"):
        sagemaker.create_model_package_group(ModelPackageGroupName=group)


def test_group_policy_is_kept(sagemaker: Any, group: str) -> None:
    sagemaker.put_model_package_group_policy(ModelPackageGroupName=group, ResourcePolicy="{}")
    assert (
        sagemaker.get_model_package_group_policy(ModelPackageGroupName=group)["ResourcePolicy"]
        == "{}"
    )
    sagemaker.delete_model_package_group_policy(ModelPackageGroupName=group)
    with pytest.raises(ClientError, match="Cannot find"):
        sagemaker.get_model_package_group_policy(ModelPackageGroupName=group)


def test_tags_of_a_missing_version_are_a_client_error(sagemaker: Any, group: str) -> None:
    with pytest.raises(ClientError, match="Could not find model-package"):
        sagemaker.list_tags(
            ResourceArn=f"arn:aws:sagemaker:eu-west-1:123456789012:model-package/{group}/9"
        )


def test_every_change_emits_the_documented_event(sagemaker: Any, cloud: Any, group: str) -> None:
    arn = register(sagemaker, group)
    sagemaker.update_model_package(ModelPackageArn=arn, ModelApprovalStatus="Approved")
    sagemaker.update_model_package(ModelPackageArn=arn, CustomerMetadataProperties={"note": "x"})
    sagemaker.delete_model_package(ModelPackageName=arn)
    events = events_of(cloud, arn)
    assert [e["detail"]["ModelApprovalStatus"] for e in events] == [
        "PendingManualApproval",
        "Approved",
        "Approved",
    ]
    approved = events[1]
    assert approved["source"] == "aws.sagemaker"
    assert approved["detail-type"] == "SageMaker Model Package State Change"
    assert approved["detail"] == {
        "ModelPackageGroupName": group,
        "ModelPackageVersion": 1,
        "ModelPackageArn": arn,
        "CreationTime": approved["detail"]["CreationTime"],
        "InferenceSpecification": REGISTERED,
        "ModelPackageStatus": "Completed",
        "ModelPackageStatusDetails": {},
        "CertifyForMarketplace": False,
        "ModelApprovalStatus": "Approved",
        "MetadataProperties": {},
        "ModelMetrics": {},
        "LastModifiedTime": approved["detail"]["LastModifiedTime"],
    }
    for name in ("CreationTime", "LastModifiedTime"):
        time.strptime(approved["detail"][name], "%Y-%m-%dT%H:%M:%S.%fZ")


def test_a_tag_has_one_value_and_is_found_by_the_tagging_api(
    sagemaker: Any, client: Any, group: str
) -> None:
    arn = sagemaker.describe_model_package_group(ModelPackageGroupName=group)[
        "ModelPackageGroupArn"
    ]
    tagging = client("resourcegroupstaggingapi")
    sagemaker.add_tags(ResourceArn=arn, Tags=[{"Key": "stage", "Value": "test"}])
    sagemaker.add_tags(ResourceArn=arn, Tags=[{"Key": "stage", "Value": "live"}])
    assert sagemaker.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "stage", "Value": "live"}]
    tagging.tag_resources(ResourceARNList=[arn], Tags={"owner": group})

    def found() -> list[str]:
        answer = tagging.get_resources(
            ResourceTypeFilters=["sagemaker:model-package-group"],
            TagFilters=[{"Key": "owner", "Values": [group]}],
        )
        return [item["ResourceARN"] for item in answer["ResourceTagMappingList"]]

    assert found() == [arn]
    tagging.untag_resources(ResourceARNList=[arn], TagKeys=["owner"])
    assert found() == []
    missing = arn.replace(group, "nobody")
    failed = tagging.tag_resources(ResourceARNList=[missing], Tags={"a": "b"})
    assert failed["FailedResourcesMap"].keys() == {missing}
