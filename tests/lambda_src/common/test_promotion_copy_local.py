"""Copies of pinned versions on the S3 of the local cloud."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest

from common.errors import ConflictError
from common.s3_copy import Destination, copy_pinned
from common.s3_multipart import PartPlan
from common.s3_source import pin

WHOLE = b"first part of a model " * 50 + b"and its end"


@pytest.mark.parametrize(
    ("threshold", "part_bytes", "checksum"),
    [(10, 500, None), (1 << 20, 500, None), (1 << 20, 500, "SHA256"), (1 << 20, 9999, "SHA256")],
    ids=["parts", "one request", "parts for a checksum", "one part for a checksum"],
)
def test_copies_keep_content_tags_and_checksum(
    client: Any, versioned_bucket: str, threshold: int, part_bytes: int, checksum: str | None
) -> None:
    s3 = client("s3")
    s3.put_object(Bucket=versioned_bucket, Key="source", Body=WHOLE)
    copy_pinned(
        s3,
        pin(s3, versioned_bucket, "source"),
        Destination(versioned_bucket, "k", tags={"a": "b"}, checksum=checksum),
        multipart_threshold=threshold,
        parts=PartPlan(part_bytes=part_bytes, threads=2),
    )
    place = {"Bucket": versioned_bucket, "Key": "k"}
    if checksum:
        cut = [WHOLE[i : i + part_bytes] for i in range(0, len(WHOLE), part_bytes)]
        of_parts = b"".join(hashlib.sha256(part).digest() for part in cut)
        expected = base64.b64encode(hashlib.sha256(of_parts).digest()).decode()
        head = s3.head_object(**place, ChecksumMode="ENABLED")
        assert head["ChecksumSHA256"] == f"{expected}-{len(cut)}"
    assert s3.get_object(**place)["Body"].read() == WHOLE
    assert s3.get_object_tagging(**place)["TagSet"] == [{"Key": "a", "Value": "b"}]


@pytest.mark.parametrize("present", [True, False])
def test_a_copy_in_parts_sees_what_was_written_meanwhile(
    client: Any, versioned_bucket: str, present: bool
) -> None:
    """The condition holds again when the copy ends, and AWS answers 409 all the same."""
    somebody = client("s3")
    s3 = client("s3", signature_version="s3v4")  # of its own, for the event below
    s3.put_object(Bucket=versioned_bucket, Key="source", Body=WHOLE)
    place = {"Bucket": versioned_bucket, "Key": "k"}
    replaces = s3.put_object(**place, Body=b"before")["ETag"] if present else None

    def meanwhile(**_: Any) -> None:
        somebody.put_object(**place, Body=b"before")
        if not present:
            somebody.delete_object(**place)

    s3.meta.events.register("before-call.s3.UploadPartCopy", meanwhile)
    with pytest.raises(ConflictError, match="changed during the copy") as caught:
        copy_pinned(
            s3,
            pin(s3, versioned_bucket, "source"),
            Destination(versioned_bucket, "k", replaces=replaces),
            multipart_threshold=10,
            parts=PartPlan(part_bytes=9999, threads=1),
        )
    assert "ConditionalRequestConflict" in str(caught.value.__cause__)
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=versioned_bucket)
