"""Server-side copies: pinned, whole or not at all, with metadata and tags."""

from __future__ import annotations

import hashlib
from itertools import pairwise
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given, strategies as st

from common.errors import ConflictError, CopyError
from common.s3_copy import Destination, copy_pinned
from common.s3_multipart import PartPlan
from common.s3_source import S3Source, pin, sha256_of
from tests.fakes.client import Crash
from tests.fakes.clock import Clock
from tests.fakes.s3 import FakeS3
from tests.fakes.s3_store import Version

BODY = bytes(range(250)) * 4
SMALL_PARTS: dict[str, Any] = {
    "multipart_threshold": 99,
    "parts": PartPlan(part_bytes=64, threads=3),
}
DESTINATION = Destination("to", "copy", metadata={"sha256": "ab"}, tags={"a": "1 & 2", "b": "x=y"})
MODES = pytest.mark.parametrize("options", [{}, SMALL_PARTS], ids=["single", "parts"])


@pytest.fixture
def s3() -> FakeS3:
    store = FakeS3(Clock(), "from", "to")
    store.put_object(
        Bucket="from",
        Key="source",
        Body=BODY,
        ContentType="application/zip",
        Metadata={"origin": "run 1"},
        Tagging="kind=model",
    )
    return store


def current(s3: FakeS3, key: str = "copy") -> Version:
    version = s3.buckets["to"].current(key)
    assert version is not None
    return version


@MODES
def test_a_copy_carries_content_headers_metadata_and_tags(
    s3: FakeS3, options: dict[str, Any]
) -> None:
    copied = copy_pinned(s3, pin(s3, "from", "source"), DESTINATION, **options)
    copy = current(s3)
    assert copy.body == BODY
    assert copy.headers == {"ContentType": "application/zip"}
    assert copy.metadata == {"origin": "run 1", "sha256": "ab"}
    assert copy.tags == {"a": "1 & 2", "b": "x=y"}
    assert (copied.version_id, copied.size) == (copy.version_id, len(BODY))
    assert s3.uploads == {}


@MODES
def test_the_pinned_version_is_copied_whatever_came_later(
    s3: FakeS3, options: dict[str, Any]
) -> None:
    source = pin(s3, "from", "source")
    s3.put_object(Bucket="from", Key="source", Body=b"newer", Tagging="kind=other")
    copy_pinned(s3, source, Destination("to", "copy"), **options)
    assert (current(s3).body, current(s3).tags) == (BODY, {})


@MODES
def test_a_taken_key_is_a_conflict_unless_it_was_seen(s3: FakeS3, options: dict[str, Any]) -> None:
    taken = s3.put_object(Bucket="to", Key="copy", Body=b"old")
    source = pin(s3, "from", "source")
    with pytest.raises(ConflictError):
        copy_pinned(s3, source, Destination("to", "copy"), **options)
    assert current(s3).body == b"old"
    assert s3.uploads == {}
    copy_pinned(s3, source, Destination("to", "copy", replaces=taken["ETag"]), **options)
    assert current(s3).body == BODY


@pytest.mark.parametrize(
    "operation", ["CreateMultipartUpload", "UploadPartCopy", "CompleteMultipartUpload"]
)
def test_a_failing_part_leaves_neither_object_nor_upload(s3: FakeS3, operation: str) -> None:
    s3.put_object(Bucket="to", Key="copy", Body=b"old")
    replaces = current(s3).etag
    s3.inject(operation, "InternalError", after=2 if operation == "UploadPartCopy" else 0)
    with pytest.raises(ClientError, match="InternalError"):
        copy_pinned(
            s3,
            pin(s3, "from", "source"),
            Destination("to", "copy", replaces=replaces),
            **SMALL_PARTS,
        )
    assert current(s3).body == b"old"
    assert s3.uploads == {}


@pytest.mark.parametrize("after", range(4))
def test_a_crash_between_parts_shows_nothing(s3: FakeS3, after: int) -> None:
    s3.inject("UploadPartCopy", Crash, after=after)
    with pytest.raises(Crash):
        copy_pinned(s3, pin(s3, "from", "source"), DESTINATION, **SMALL_PARTS)
    assert s3.buckets["to"].live_keys() == []


def test_a_completed_multipart_copy_is_tagged_from_its_first_moment(s3: FakeS3) -> None:
    s3.inject("CompleteMultipartUpload", Crash, after_effect=True)
    with pytest.raises(Crash):
        copy_pinned(s3, pin(s3, "from", "source"), DESTINATION, **SMALL_PARTS)
    assert current(s3).tags == dict(DESTINATION.tags)


def test_a_copy_of_another_size_is_removed_again(s3: FakeS3) -> None:
    old = s3.put_object(Bucket="to", Key="copy", Body=b"old")
    source = pin(s3, "from", "source")
    claimed = S3Source(**{**vars(source), "size": source.size + 1})
    with pytest.raises(CopyError, match=r"1000 bytes after the copy.*has 1001"):
        copy_pinned(s3, claimed, Destination("to", "copy", replaces=old["ETag"]))
    assert current(s3).body == b"old"


def test_the_digest_is_of_the_pinned_version(s3: FakeS3) -> None:
    source = pin(s3, "from", "source")
    s3.put_object(Bucket="from", Key="source", Body=b"newer")
    assert sha256_of(s3, source) == hashlib.sha256(BODY).hexdigest()


def test_a_short_read_is_noticed(s3: FakeS3) -> None:
    source = pin(s3, "from", "source")
    longer = S3Source(**{**vars(source), "size": source.size + 1})
    with pytest.raises(ConflictError, match="read 1000 bytes, expected 1001"):
        sha256_of(s3, longer)


@given(st.integers(1, 50 * 10**12), st.integers(5 << 20, 5 << 30))
def test_ranges_cover_every_byte_once_within_the_limit_of_parts(size: int, part: int) -> None:
    plan = PartPlan(part_bytes=max(part, size // 2000))
    ranges = [item.removeprefix("bytes=").split("-") for item in plan.ranges(size)]
    assert len(ranges) <= 10_000
    assert (ranges[0][0], ranges[-1][1]) == ("0", str(size - 1))
    for (_, last), (first, _) in pairwise(ranges):
        assert int(first) == int(last) + 1


def test_parts_grow_when_there_would_be_too_many() -> None:
    assert len(PartPlan(part_bytes=1).ranges(25_000)) == 8334
