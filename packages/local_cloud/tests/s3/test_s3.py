"""S3 events and transport."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_cloud.gateway.transport import HEADER
from local_cloud.testing.waiting import wait_for
from support import functions as f


@pytest.fixture
def bucket(client: Any, unique: str) -> str:
    s3 = client("s3")
    s3.create_bucket(Bucket=unique, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_bucket_versioning(Bucket=unique, VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_notification_configuration(
        Bucket=unique, NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    return unique


def created_events(cloud: Any, bucket: str) -> list[dict[str, Any]]:
    return [
        event["detail"]
        for event in cloud.control("events")
        if event["source"] == "aws.s3" and event["detail"]["bucket"]["name"] == bucket
    ]


def test_event_names_version_and_sequencer(cloud: Any, client: Any, bucket: str) -> None:
    s3 = client("s3")
    key = "depth/a b+ü.zip"
    first = s3.put_object(Bucket=bucket, Key=key, Body=b"one")
    second = s3.put_object(Bucket=bucket, Key=key, Body=b"two!")
    events = wait_for(lambda: e if len(e := created_events(cloud, bucket)) == 2 else None)
    by_version = {e["object"]["version-id"]: e for e in events}
    assert set(by_version) == {first["VersionId"], second["VersionId"]}
    old, new = by_version[first["VersionId"]], by_version[second["VersionId"]]
    assert old["object"]["sequencer"] < new["object"]["sequencer"]
    assert new["object"]["key"] == key
    assert new["object"]["size"] == 4
    assert new["object"]["etag"] == second["ETag"].strip('"')
    assert (new["version"], new["reason"]) == ("0", "PutObject")


def test_event_reaches_a_rule(client: Any, bucket: str) -> None:
    url = f.create_queue(client, bucket, f.rule_arn(bucket))
    pattern = {
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {"bucket": {"name": [bucket]}, "object": {"version-id": [{"exists": True}]}},
    }
    f.create_rule(client, bucket, {"Arn": f.queue_arn(bucket)}, EventPattern=json.dumps(pattern))
    version = client("s3").put_object(Bucket=bucket, Key="k", Body=b"1")["VersionId"]
    message = json.loads(wait_for(lambda: f.receive(client, url))[0]["Body"])
    assert message["detail"]["object"]["version-id"] == version
    uuid.UUID(message["id"])


def test_listed_versions_are_encoded_when_asked(client: Any, bucket: str) -> None:
    s3 = client("s3")
    keys = ["a b.zip", "a+b.zip", "x<&>%2B.zip"]
    for key in keys:
        s3.put_object(Bucket=bucket, Key=key, Body=b"1")
    raw = s3.list_object_versions(Bucket=bucket, EncodingType="url", Prefix="a+")
    assert (raw["EncodingType"], raw["Prefix"]) == ("url", "a%2B")
    assert [v["Key"] for v in raw["Versions"]] == ["a%2Bb.zip"]
    decoded = s3.list_object_versions(Bucket=bucket)["Versions"]
    assert [v["Key"] for v in decoded] == keys


def test_tls_only_policy_refuses_plain_http(client: Any, bucket: str) -> None:
    s3 = client("s3")
    deny = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    s3.put_bucket_policy(
        Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [deny]})
    )
    arn = _reader(client, bucket)
    reader = client("s3", arn)
    assert reader.list_objects_v2(Bucket=bucket)["KeyCount"] == 0
    reader.meta.events.register(
        "before-send.s3", lambda request, **_: request.headers.__setitem__(HEADER, "http")
    )
    with pytest.raises(ClientError, match="AccessDenied"):
        reader.list_objects_v2(Bucket=bucket)


def _reader(client: Any, bucket: str) -> str:
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Principal": {"Service": "lambda.amazonaws.com"},
            }
        ],
    }
    iam = client("iam")
    role = iam.create_role(RoleName=bucket, AssumeRolePolicyDocument=json.dumps(trust))["Role"]
    allow = {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": f"arn:aws:s3:::{bucket}"}
    iam.put_role_policy(
        RoleName=bucket,
        PolicyName="p",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [allow]}),
    )
    return str(role["Arn"])
