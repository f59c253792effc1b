"""Conditional writes: each of the three operations, on a present and on a missing key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

BODY = b"wanted"
Write = Callable[..., Any]


@pytest.fixture(params=["PutObject", "CopyObject", "CompleteMultipartUpload"])
def write(request: pytest.FixtureRequest, client: Any, versioned_bucket: str) -> Write:
    """`write("key", IfMatch=…)` by each operation that takes conditions."""
    s3 = client("s3")
    s3.put_object(Bucket=versioned_bucket, Key="source", Body=BODY)
    source = {"Bucket": versioned_bucket, "Key": "source"}

    def put(key: str, **condition: str) -> Any:
        return s3.put_object(Bucket=versioned_bucket, Key=key, Body=BODY, **condition)

    def copy(key: str, **condition: str) -> Any:
        return s3.copy_object(Bucket=versioned_bucket, Key=key, CopySource=source, **condition)

    def complete(key: str, **condition: str) -> Any:
        place = {"Bucket": versioned_bucket, "Key": key}
        place["UploadId"] = s3.create_multipart_upload(**place)["UploadId"]
        etag = s3.upload_part(**place, PartNumber=1, Body=BODY)["ETag"]
        parts = {"Parts": [{"PartNumber": 1, "ETag": etag}]}
        return s3.complete_multipart_upload(**place, MultipartUpload=parts, **condition)

    chosen: Write = {"PutObject": put, "CopyObject": copy}.get(request.param, complete)
    return chosen


@pytest.fixture
def present(client: Any, versioned_bucket: str) -> dict[str, Any]:
    answer: dict[str, Any] = client("s3").put_object(
        Bucket=versioned_bucket, Key="present", Body=b"before"
    )
    return answer


def content(client: Any, bucket: str, key: str) -> bytes:
    body: bytes = client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    return body


def test_conditions_that_hold(
    client: Any, versioned_bucket: str, write: Write, present: dict[str, Any]
) -> None:
    write("present", IfMatch=present["ETag"])
    write("missing", IfNoneMatch="*")
    assert content(client, versioned_bucket, "present") == BODY
    assert content(client, versioned_bucket, "missing") == BODY


@pytest.mark.parametrize("condition", [{"IfMatch": '"0123"'}, {"IfNoneMatch": "*"}])
def test_conditions_that_fail_change_nothing(
    client: Any,
    versioned_bucket: str,
    write: Write,
    present: dict[str, Any],
    condition: dict[str, str],
) -> None:
    with pytest.raises(ClientError) as caught:
        write("present", **condition)
    assert caught.value.response["Error"]["Code"] == "PreconditionFailed"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 412
    assert content(client, versioned_bucket, "present") == b"before"


def test_matching_a_missing_or_deleted_key_is_not_found(
    client: Any, versioned_bucket: str, write: Write, present: dict[str, Any]
) -> None:
    client("s3").delete_object(Bucket=versioned_bucket, Key="present")
    for key in ("missing", "present"):
        with pytest.raises(ClientError) as caught:
            write(key, IfMatch=present["ETag"])
        assert caught.value.response["Error"]["Code"] == "NoSuchKey"
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404
    write("present", IfNoneMatch="*")
    assert content(client, versioned_bucket, "present") == BODY


@pytest.mark.parametrize(
    "condition",
    [{"IfNoneMatch": '"0123"'}, {"IfMatch": "*"}, {"IfMatch": '"0123"', "IfNoneMatch": "*"}],
)
@pytest.mark.parametrize("key", ["missing", "present"])
def test_some_conditions_are_not_implemented(
    write: Write, present: dict[str, Any], key: str, condition: dict[str, str]
) -> None:
    with pytest.raises(ClientError, match="NotImplemented") as caught:
        write(key, **condition)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501


PUT, DELETE, PURGE = "put", "delete", "purge"


@pytest.mark.parametrize("versioned", [True, False])
@pytest.mark.parametrize(
    ("before", "during", "condition", "status"),
    [
        (b"1", [], "match", 200),
        (b"1", [PUT], "match", 409),
        (b"1", [PUT], "match what was before", 412),
        (b"1", [DELETE], "match what was before", 404),
        (b"1", [DELETE, PUT], "match", 409),
        (b"1", [DELETE], "none", 409),
        (b"1", [PURGE], "none", 409),
        (b"1", [], "none", 412),
        (None, [], "none", 200),
        (None, [PUT], "none", 412),
        (None, [PUT, DELETE], "none", 409),
        (b"1", [PUT], "", 200),
        (b"1", [DELETE], "", 200),
    ],
)
def test_a_write_during_the_upload_is_a_conflict(
    client: Any,
    unique: str,
    *,
    versioned: bool,
    before: bytes | None,
    during: list[str],
    condition: str,
    status: int,
) -> None:
    s3, place = client("s3"), {"Bucket": unique, "Key": "k"}
    s3.create_bucket(Bucket=unique, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    if versioned:
        s3.put_bucket_versioning(Bucket=unique, VersioningConfiguration={"Status": "Enabled"})
    present = s3.put_object(**place, Body=before) if before else {}
    upload = {**place, "UploadId": s3.create_multipart_upload(**place)["UploadId"]}
    part = {"PartNumber": 1, "ETag": s3.upload_part(**upload, PartNumber=1, Body=BODY)["ETag"]}
    etag = present.get("ETag")
    for deed in during:
        if deed == PUT:
            # identical content is a change all the same
            etag = s3.put_object(**place, Body=b"2" if "before" in condition else b"1")["ETag"]
        else:
            purged = present.get("VersionId") if deed == PURGE else None
            s3.delete_object(**place, **({"VersionId": purged} if purged else {}))
    conditions: dict[str, dict[str, Any]] = {
        "match": {"IfMatch": etag},
        "match what was before": {"IfMatch": present.get("ETag")},
        "none": {"IfNoneMatch": "*"},
        "": {},
    }
    wanted = conditions[condition]
    try:
        answer = s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": [part]}, **wanted)
    except ClientError as exc:
        answer = exc.response
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == status
    if status == 409:
        assert answer["Error"]["Code"] == "ConditionalRequestConflict"
        again = {**place, "UploadId": s3.create_multipart_upload(**place)["UploadId"]}
        s3.upload_part(**again, PartNumber=1, Body=BODY)
        s3.complete_multipart_upload(**again, MultipartUpload={"Parts": [part]}, **wanted)
