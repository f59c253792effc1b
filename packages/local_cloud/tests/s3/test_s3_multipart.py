"""Multipart uploads keep tags and checksums, and copies of them have those of the whole."""

from __future__ import annotations

import base64
import time
import zlib
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_cloud.testing import crc64nvme_header as encoded

PARTS = (b"first part of a model " * 50, b"and its end")
WHOLE = b"".join(PARTS)
FULL = {"ChecksumAlgorithm": "CRC64NVME", "ChecksumType": "FULL_OBJECT"}


class Upload:
    """A multipart upload under way."""

    def __init__(self, s3: Any, bucket: str, **settings: Any) -> None:
        self.s3 = s3
        self.place = {"Bucket": bucket, "Key": "k"}
        self.created = s3.create_multipart_upload(**self.place, **settings)
        self.identity = {**self.place, "UploadId": self.created["UploadId"]}

    def add(self, number: int, body: bytes, **checksum: str) -> dict[str, Any]:
        answer = self.s3.upload_part(**self.identity, PartNumber=number, Body=body, **checksum)
        sums = {k: v for k, v in answer.items() if k.startswith("Checksum")}
        return {"PartNumber": number, "ETag": answer["ETag"], **sums}

    def complete(self, parts: list[dict[str, Any]], **settings: Any) -> dict[str, Any]:
        listed = {"Parts": parts}
        answer: dict[str, Any] = self.s3.complete_multipart_upload(
            **self.identity, MultipartUpload=listed, **settings
        )
        return answer

    def head(self, **version: str) -> dict[str, Any]:
        head: dict[str, Any] = self.s3.head_object(**self.place, ChecksumMode="ENABLED", **version)
        return head


def whole_crc64(answer: dict[str, Any]) -> bool:
    kind = (answer["ChecksumCRC64NVME"], answer["ChecksumType"])
    return kind == (encoded(WHOLE), "FULL_OBJECT")


def test_last_modified_is_when_the_upload_began(client: Any, versioned_bucket: str) -> None:
    s3 = client("s3")
    upload = Upload(s3, versioned_bucket)
    part = upload.add(1, WHOLE)
    time.sleep(1.5)
    s3.put_object(Bucket=versioned_bucket, Key="other", Body=b"in one piece")
    upload.complete([part])
    later = s3.head_object(Bucket=versioned_bucket, Key="other")["LastModified"]
    assert upload.head()["LastModified"] < later
    (listed,) = s3.list_object_versions(Bucket=versioned_bucket, Prefix="k")["Versions"]
    assert listed["LastModified"].replace(microsecond=0) == upload.head()["LastModified"]


@pytest.mark.parametrize("deed", ["written", "deleted"])
def test_what_was_done_to_the_key_since_the_upload_began_stays_current(
    client: Any, versioned_bucket: str, deed: str
) -> None:
    s3, place = client("s3"), {"Bucket": versioned_bucket, "Key": "k"}
    first = s3.put_object(**place, Body=b"first", Tagging="a=1")["VersionId"]
    upload = Upload(s3, versioned_bucket)
    part = upload.add(1, WHOLE)
    if deed == "written":
        newest = s3.put_object(**place, Body=b"newest", Tagging="b=2")["VersionId"]
    else:
        newest = s3.delete_object(**place)["VersionId"]
    behind = upload.complete([part])["VersionId"]

    listed = s3.list_object_versions(Bucket=versioned_bucket, Prefix="k")
    latest = [*listed["Versions"], *listed.get("DeleteMarkers", [])]
    assert [entry["VersionId"] for entry in latest if entry["IsLatest"]] == [newest]
    ids = [entry["VersionId"] for entry in listed["Versions"] if entry["VersionId"] != newest]
    assert ids == [behind, first]
    assert s3.get_object(**place, VersionId=behind)["Body"].read() == WHOLE
    keys = s3.list_objects_v2(Bucket=versioned_bucket).get("KeyCount")
    if deed == "written":
        assert s3.get_object(**place)["Body"].read() == b"newest"
        assert s3.get_object_tagging(**place)["TagSet"] == [{"Key": "b", "Value": "2"}]
    assert keys == (1 if deed == "written" else 0)


def test_tags_of_the_creation_are_the_objects(client: Any, versioned_bucket: str) -> None:
    s3 = client("s3")
    s3.put_object(Bucket=versioned_bucket, Key="k", Body=b"old", Tagging="old=1")
    upload = Upload(s3, versioned_bucket, Tagging="model=depth%20v2&empty=")
    upload.complete([upload.add(1, WHOLE)])
    tags = s3.get_object_tagging(**upload.place)["TagSet"]
    assert {tag["Key"]: tag["Value"] for tag in tags} == {"model": "depth v2", "empty": ""}


def test_upload_without_tags_has_none_of_its_predecessor(client: Any, unique: str) -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket=unique, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_object(Bucket=unique, Key="k", Body=b"old", Tagging="old=1")
    upload = Upload(s3, unique)
    upload.complete([upload.add(1, WHOLE)])
    assert s3.get_object_tagging(**upload.place)["TagSet"] == []


def test_eleven_tags_are_refused(client: Any, versioned_bucket: str) -> None:
    tagging = "&".join(f"t{number}=1" for number in range(11))
    with pytest.raises(ClientError, match="cannot be greater than 10"):
        Upload(client("s3"), versioned_bucket, Tagging=tagging)


def test_crc64nvme_spans_the_object(client: Any, versioned_bucket: str) -> None:
    upload = Upload(client("s3"), versioned_bucket, **FULL)
    assert upload.created["ChecksumType"] == "FULL_OBJECT"
    listed = [
        upload.add(number, body, ChecksumCRC64NVME=encoded(body))
        for number, body in enumerate(PARTS, start=1)
    ]
    answer = upload.complete(listed, ChecksumType="FULL_OBJECT", ChecksumCRC64NVME=encoded(WHOLE))
    assert whole_crc64(answer)
    assert whole_crc64(upload.head())
    attributes = upload.s3.get_object_attributes(
        **upload.place, ObjectAttributes=["Checksum", "ObjectParts"]
    )
    assert whole_crc64(attributes["Checksum"])
    assert attributes["ObjectParts"]["TotalPartsCount"] == 2
    assert whole_crc64(upload.complete(listed, ChecksumType="FULL_OBJECT")), "asked again"


def test_crc64nvme_is_the_default(client: Any, versioned_bucket: str) -> None:
    upload = Upload(client("s3"), versioned_bucket)
    listed = [upload.add(number, body) for number, body in enumerate(PARTS, start=1)]
    assert whole_crc64(upload.complete(listed))
    assert whole_crc64(upload.head())


def test_wrong_checksum_of_the_whole_is_refused(client: Any, versioned_bucket: str) -> None:
    upload = Upload(client("s3"), versioned_bucket, **FULL)
    listed = [upload.add(1, WHOLE, ChecksumCRC64NVME=encoded(WHOLE))]
    with pytest.raises(ClientError, match="BadDigest"):
        upload.complete(listed, ChecksumCRC64NVME=encoded(b"other"))
    with pytest.raises(ClientError, match="BadDigest"):
        upload.complete(listed, ChecksumType="COMPOSITE")


def test_crc32_is_composite_by_default_and_whole_when_copied(
    client: Any, versioned_bucket: str
) -> None:
    upload = Upload(client("s3"), versioned_bucket, ChecksumAlgorithm="CRC32")
    assert upload.created["ChecksumType"] == "COMPOSITE"
    listed = [upload.add(number, body) for number, body in enumerate(PARTS, start=1)]
    without = [{k: part[k] for k in ("PartNumber", "ETag")} for part in listed]
    with pytest.raises(ClientError, match="must include the checksum for each part"):
        upload.complete(without)
    version = upload.complete(listed)["VersionId"]
    head = upload.head(VersionId=version)
    assert head["ChecksumCRC32"].endswith("-2")
    assert head["ChecksumType"] == "COMPOSITE"
    source = {**upload.place, "VersionId": version}
    copy = upload.s3.copy_object(Bucket=versioned_bucket, Key="copy", CopySource=source)
    result = copy["CopyObjectResult"]
    crc = base64.b64encode(zlib.crc32(WHOLE).to_bytes(4, "big")).decode()
    assert (result["ChecksumCRC32"], result["ChecksumType"]) == (crc, "FULL_OBJECT")


def test_part_with_another_checksum_is_refused(client: Any, versioned_bucket: str) -> None:
    upload = Upload(client("s3"), versioned_bucket, **FULL)
    with pytest.raises(ClientError, match=r"expected checksum Type: crc64nvme, actual .* crc32"):
        upload.add(1, WHOLE)


def test_composite_crc64nvme_is_refused(client: Any, versioned_bucket: str) -> None:
    with pytest.raises(ClientError, match="COMPOSITE checksum type cannot be used"):
        Upload(client("s3"), versioned_bucket, **{**FULL, "ChecksumType": "COMPOSITE"})
