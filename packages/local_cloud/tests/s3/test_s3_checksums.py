"""Which checksum S3 stores and where it answers it."""

from __future__ import annotations

import base64
import urllib.request
import zlib
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_cloud.testing import crc64nvme_header as encoded

BODY = b"some model, more or less" * 400
CRC32 = base64.b64encode(zlib.crc32(BODY).to_bytes(4, "big")).decode()


def checksum(answer: dict[str, Any]) -> dict[str, str]:
    return {k: v for k, v in answer.items() if k.startswith("Checksum")}


def crc64(body: bytes = BODY) -> dict[str, str]:
    return {"ChecksumCRC64NVME": encoded(body), "ChecksumType": "FULL_OBJECT"}


def crc32() -> dict[str, str]:
    return {"ChecksumCRC32": CRC32, "ChecksumType": "FULL_OBJECT"}


def stored(s3: Any, bucket: str, key: str, **version: str) -> dict[str, str]:
    """What HeadObject says, after GetObject and GetObjectAttributes said the same."""
    where = {"Bucket": bucket, "Key": key, **version}
    head = checksum(s3.head_object(**where, ChecksumMode="ENABLED"))
    assert checksum(s3.get_object(**where, ChecksumMode="ENABLED")) == head
    assert checksum(s3.head_object(**where)) == {}
    attributes = s3.get_object_attributes(**where, ObjectAttributes=["Checksum"])["Checksum"]
    assert attributes == {name: value.partition("-")[0] for name, value in head.items()}
    return head


def put_without_checksum(s3: Any, bucket: str, key: str) -> dict[str, str]:
    url = s3.generate_presigned_url("put_object", Params={"Bucket": bucket, "Key": key})
    request = urllib.request.Request(url, data=BODY, method="PUT")  # noqa: S310 - http of this test
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        return dict(answer.headers.items())


def test_boto3s_crc32_is_kept(client: Any, versioned_bucket: str) -> None:
    s3 = client("s3")
    put = s3.put_object(Bucket=versioned_bucket, Key="k", Body=BODY)
    assert checksum(put) == crc32()
    s3.put_object(Bucket=versioned_bucket, Key="k", Body=b"newer")
    assert stored(s3, versioned_bucket, "k", VersionId=put["VersionId"]) == crc32()


def test_crc64nvme_is_the_default(client: Any, versioned_bucket: str) -> None:
    s3 = client("s3", signature_version="s3v4")
    answer = put_without_checksum(s3, versioned_bucket, "k")
    assert answer["x-amz-checksum-crc64nvme"] == encoded(BODY)
    assert answer["x-amz-checksum-type"] == "FULL_OBJECT"
    assert stored(s3, versioned_bucket, "k") == crc64()


def test_wrong_crc64nvme_is_refused(client: Any, versioned_bucket: str) -> None:
    with pytest.raises(ClientError, match="BadDigest"):
        client("s3").put_object(
            Bucket=versioned_bucket, Key="k", Body=BODY, ChecksumCRC64NVME=encoded(b"other")
        )


@pytest.mark.parametrize(
    ("algorithm", "expected"),
    [({}, crc32()), ({"ChecksumAlgorithm": "CRC64NVME"}, crc64())],
    ids=["the source's", "the one asked for"],
)
def test_copy_has_the_checksum(
    client: Any, versioned_bucket: str, algorithm: dict[str, str], expected: dict[str, str]
) -> None:
    s3, bucket = client("s3"), versioned_bucket
    source = {"Bucket": bucket, "Key": "k"}
    source["VersionId"] = s3.put_object(Bucket=bucket, Key="k", Body=BODY)["VersionId"]
    answer = s3.copy_object(Bucket=bucket, Key="copy", CopySource=source, **algorithm)
    assert checksum(answer["CopyObjectResult"]) == expected
    assert stored(s3, bucket, "copy") == expected
    assert stored(s3, bucket, "k") == crc32()


def test_copy_of_an_object_without_checksum_gets_the_default(
    client: Any, versioned_bucket: str
) -> None:
    s3 = client("s3", signature_version="s3v4")
    put_without_checksum(s3, versioned_bucket, "k")
    source = {"Bucket": versioned_bucket, "Key": "k"}
    s3.copy_object(Bucket=versioned_bucket, Key="copy", CopySource=source)
    assert stored(s3, versioned_bucket, "copy") == crc64()


def test_bucket_without_versions_has_checksums_too(client: Any, unique: str) -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket=unique, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_object(Bucket=unique, Key="k", Body=BODY, ChecksumCRC64NVME=encoded(BODY))
    assert stored(s3, unique, "k") == crc64()
