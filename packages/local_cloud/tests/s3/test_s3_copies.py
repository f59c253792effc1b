"""A copy is an object of its own."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_cloud.testing.waiting import wait_for

BODY = b"uploaded in one part"


def test_copy_of_a_multipart_object_has_a_plain_etag_everywhere(
    cloud: Any, client: Any, versioned_bucket: str
) -> None:
    s3, place = client("s3"), {"Bucket": versioned_bucket, "Key": "source"}
    s3.put_bucket_notification_configuration(
        Bucket=versioned_bucket, NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    place["UploadId"] = s3.create_multipart_upload(**place)["UploadId"]
    etag = s3.upload_part(**place, PartNumber=1, Body=BODY)["ETag"]
    parts = {"Parts": [{"PartNumber": 1, "ETag": etag}]}
    assert s3.complete_multipart_upload(**place, MultipartUpload=parts)["ETag"].endswith('-1"')
    source = {"Bucket": versioned_bucket, "Key": "source"}
    copy = s3.copy_object(Bucket=versioned_bucket, Key="copy", CopySource=source)
    plain = hashlib.md5(BODY, usedforsecurity=False).hexdigest()
    of_version = {"Bucket": versioned_bucket, "Key": "copy", "VersionId": copy["VersionId"]}
    assert copy["CopyObjectResult"]["ETag"] == f'"{plain}"'
    assert s3.head_object(Bucket=versioned_bucket, Key="copy")["ETag"] == f'"{plain}"'
    assert s3.get_object(**of_version)["ETag"] == f'"{plain}"'

    def of_event() -> str | None:
        events = [event["detail"] for event in cloud.control("events")]
        found = [
            detail["object"]["etag"]
            for detail in events
            if detail.get("bucket", {}).get("name") == versioned_bucket
            and detail["object"]["key"] == "copy"
        ]
        return found[0] if found else None

    assert wait_for(of_event) == plain


def test_a_delete_marker_is_no_source(client: Any, versioned_bucket: str) -> None:
    s3, place = client("s3"), {"Bucket": versioned_bucket, "Key": "source"}
    written = s3.put_object(**place, Body=BODY)["VersionId"]
    marker = s3.delete_object(**place)["VersionId"]
    copy = {"Bucket": versioned_bucket, "Key": "copy"}
    upload = {**copy, "UploadId": s3.create_multipart_upload(**copy)["UploadId"], "PartNumber": 1}
    for make in (s3.copy_object, s3.upload_part_copy):
        where = upload if make == s3.upload_part_copy else copy
        with pytest.raises(
            ClientError, match="may not specifically refer to a delete marker"
        ) as no:
            make(**where, CopySource={**place, "VersionId": marker})
        assert no.value.response["Error"]["Code"] == "InvalidRequest"
        with pytest.raises(ClientError, match="NoSuchKey"):
            make(**where, CopySource=place)
        make(**where, CopySource={**place, "VersionId": written})
