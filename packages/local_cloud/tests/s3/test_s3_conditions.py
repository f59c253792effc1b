"""Writes under a condition while something else is written to the key."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

BODY = b"wanted"
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
