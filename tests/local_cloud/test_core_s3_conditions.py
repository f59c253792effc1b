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


def test_none_match_of_an_etag_is_not_implemented(write: Write) -> None:
    with pytest.raises(ClientError, match="NotImplemented"):
        write("missing", IfNoneMatch='"0123"')
