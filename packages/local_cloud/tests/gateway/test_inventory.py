"""The inventory sees what is there and nothing else."""

from __future__ import annotations

import pytest

from local_cloud import LocalCloud
from local_cloud.gateway.inventory import _SAGEMAKER, _STORES
from local_cloud.testing import clients_of

pytestmark = pytest.mark.xdist_group("process")


def test_everything_is_seen_and_reset(other: LocalCloud) -> None:
    client = clients_of(other)
    other.control("reset", {})
    assert other.control("inventory") == {}
    s3, ec2 = client("s3"), client("ec2")
    s3.create_bucket(
        Bucket="bucket-one", CreateBucketConfiguration={"LocationConstraint": other.region}
    )
    s3.put_bucket_versioning(Bucket="bucket-one", VersioningConfiguration={"Status": "Enabled"})
    version = s3.put_object(Bucket="bucket-one", Key="k", Body=b"1")["VersionId"]
    marker = s3.delete_object(Bucket="bucket-one", Key="k")["VersionId"]
    upload = s3.create_multipart_upload(Bucket="bucket-one", Key="big")["UploadId"]
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    client("sagemaker").create_model_package_group(ModelPackageGroupName="g")
    client("amplify").create_app(name="app")
    client("secretsmanager").create_secret(Name="s", SecretString="x")
    client("application-autoscaling").register_scalable_target(
        ServiceNamespace="dynamodb",  # SageMaker's need an endpoint in service
        ResourceId="table/t",
        ScalableDimension="dynamodb:table:ReadCapacityUnits",
        MinCapacity=1,
        MaxCapacity=2,
    )
    seen = other.control("inventory")
    assert seen["s3 bucket"] == ["bucket-one"]
    assert set(seen["s3 object version"]) == {
        f"bucket-one/k?versionId={v}" for v in (version, marker)
    }
    assert seen["s3 multipart upload"] == [upload]
    assert seen["ec2 vpc"] == [vpc]
    assert seen["sagemaker model package group"] == ["g"]
    assert seen["application-autoscaling target"] == ["table/t"]
    assert len(seen["amplify app"]) == len(seen["secretsmanager secret"]) == 1
    other.control("reset", {})
    assert other.control("inventory") == {}


def test_every_store_exists_in_this_version() -> None:
    import importlib

    from moto.sagemaker.models import SageMakerModelBackend

    for module, store in _STORES.values():
        assert hasattr(
            getattr(importlib.import_module(f"ministack.services.{module}"), store), "_data"
        )
    backend = SageMakerModelBackend("eu-west-1", "123456789012")
    own = {"_local_cloud_spaces", "_local_cloud_user_profiles"}  # made with their first record
    assert all(hasattr(backend, store) for store in set(_SAGEMAKER.values()) - own)
