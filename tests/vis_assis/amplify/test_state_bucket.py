"""The state's bucket: made once, also by interrupted runs, and what its owner set up stays."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber
from moto import mock_aws

from vis_assis.amplify import state_bucket
from vis_assis.amplify.state_bucket import Marker
from vis_assis.aws.cloud import Cloud
from vis_assis.errors import CommandError

BUCKET = "vis-assis-terraform-state-123456789012"
REGION = "eu-west-1"


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        yield boto3.client("s3", region_name=REGION)


def ensure(s3: Any, partition: str = "aws") -> None:
    state_bucket.ensure(s3, BUCKET, REGION, partition)


def test_it_is_made_safe_and_old_states_expire(s3: Any) -> None:
    ensure(s3)
    assert s3.get_bucket_versioning(Bucket=BUCKET)["Status"] == "Enabled"
    (rule,) = s3.get_bucket_lifecycle_configuration(Bucket=BUCKET)["Rules"]
    assert rule["NoncurrentVersionExpiration"]["NoncurrentDays"] == 90
    assert "Days" not in rule["Expiration"], "the state itself must not expire"


def test_what_its_owner_set_up_stays(s3: Any) -> None:
    ensure(s3)
    s3.delete_bucket_policy(Bucket=BUCKET)
    ensure(s3)
    with pytest.raises(ClientError, match="NoSuchBucketPolicy"):
        s3.get_bucket_policy(Bucket=BUCKET)


def test_one_that_an_interrupted_run_made_is_set_up(s3: Any) -> None:
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    ensure(s3)
    assert s3.get_bucket_versioning(Bucket=BUCKET)["Status"] == "Enabled"


def test_the_policy_names_the_partition(s3: Any) -> None:
    ensure(s3, "aws-cn")
    policy = json.loads(s3.get_bucket_policy(Bucket=BUCKET)["Policy"])
    assert policy["Statement"][0]["Resource"][0] == f"arn:aws-cn:s3:::{BUCKET}"


def test_a_name_that_somebody_else_has_is_told(s3: Any) -> None:
    other = boto3.client("sts", region_name=REGION).assume_role(
        RoleArn="arn:aws:iam::111111111111:role/stranger", RoleSessionName="stranger"
    )["Credentials"]
    theirs = boto3.client(
        "s3",
        region_name=REGION,
        aws_access_key_id=other["AccessKeyId"],
        aws_secret_access_key=other["SecretAccessKey"],
        aws_session_token=other["SessionToken"],
    )
    ensure(theirs)
    assert state_bucket.exists(s3, BUCKET), "it is open to everybody"
    with pytest.raises(CommandError, match=f"{BUCKET} belongs to another account"):
        ensure(s3)


def test_a_missing_bucket_is_told_from_one_that_is_there(s3: Any) -> None:
    assert not state_bucket.exists(s3, BUCKET)
    ensure(s3)
    assert state_bucket.exists(s3, BUCKET)


def test_a_bucket_that_one_may_not_see_is_no_missing_one(s3: Any) -> None:
    with Stubber(s3) as stub:
        stub.add_client_error("head_bucket", "403", http_status_code=403)
        with pytest.raises(ClientError, match="403"):
            state_bucket.exists(s3, BUCKET)


def test_a_marker_is_there_from_its_writing_to_its_removal(s3: Any) -> None:
    # Without a policy: moto does not look at its condition.
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    marker = Marker(s3, BUCKET, "vis-assis/unfinished")
    assert marker.read() is None
    marker.write("deploy begun\n")
    assert marker.read() == "deploy begun\n"
    marker.remove()
    assert marker.read() is None


def test_the_outputs_are_those_of_the_named_stack(s3: Any) -> None:
    cloud = Cloud(region=REGION)
    assert state_bucket.outputs(cloud, "vis-assis") is None
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    for key, outputs in (
        ("app/gone/terraform.tfstate", {}),
        ("app/main/terraform.tfstate", {"stack_name": "vis-assis", "region": REGION}),
    ):
        state = {"outputs": {name: {"value": value} for name, value in outputs.items()}}
        s3.put_object(Bucket=BUCKET, Key=key, Body=json.dumps(state).encode())
    s3.put_object(Bucket=BUCKET, Key="app/main/unfinished", Body=b"deploy")
    assert state_bucket.outputs(cloud, "vis-assis") == {"stack_name": "vis-assis", "region": REGION}
