"""What the functions rely on of S3: one table, run against the unit fake and the local cloud."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.fakes.clock import Clock
from tests.fakes.s3 import FakeS3
from tests.fakes.s3_store import composite_of, sha256_of

BODY = b"0123456789" * 10
REPLACE = {"MetadataDirective": "REPLACE", "TaggingDirective": "REPLACE"}


class Store:
    """A bucket with versions, and short ways to speak to it."""

    def __init__(self, s3: Any, bucket: str) -> None:
        self.s3, self.bucket = s3, bucket

    def call(self, operation: str, key: str = "k", **more: Any) -> Any:
        return getattr(self.s3, operation)(Bucket=self.bucket, Key=key, **more)

    def put(self, body: bytes = BODY, key: str = "k", **more: Any) -> Any:
        return self.call("put_object", key, Body=body, **more)

    def body(self, key: str = "k", **more: Any) -> bytes:
        return bytes(self.call("get_object", key, **more)["Body"].read())

    def source(self, key: str = "k") -> dict[str, str]:
        return {"Bucket": self.bucket, "Key": key}

    def pages(self, operation: str, of: str, prefix: str = "") -> list[Any]:
        pages = self.s3.get_paginator(operation).paginate(Bucket=self.bucket, Prefix=prefix)
        return [item for page in pages for item in page.get(of, [])]

    def parts(self, sizes: list[int], *, complete: bool = True, **more: Any) -> Any:
        """A copy of `k` to `copy` in parts."""
        self.put()
        created = self.call("create_multipart_upload", "copy", **more)
        upload, listed, start = {"UploadId": created["UploadId"]}, [], 0
        for number, size in enumerate(sizes, 1):
            cut = {"CopySourceRange": f"bytes={start}-{start + size - 1}"} if sizes[1:] else {}
            copied = self.call(
                "upload_part_copy",
                "copy",
                **upload,
                PartNumber=number,
                CopySource=self.source(),
                **cut,
            )["CopyPartResult"]
            sums = {name: value for name, value in copied.items() if name == "ChecksumSHA256"}
            listed.append({"PartNumber": number, "ETag": copied["ETag"], **sums})
            start += size
        upload["MultipartUpload"] = {"Parts": listed}
        return self.call("complete_multipart_upload", "copy", **upload) if complete else upload


@pytest.fixture(params=["fake", "local cloud"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    if request.param == "fake":
        yield Store(FakeS3(Clock(), "bucket"), "bucket")
        return
    client = request.getfixturevalue("client")
    yield Store(client("s3"), request.getfixturevalue("versioned_bucket"))


def _etags(store: Store) -> dict[str, str]:
    return {"IfMatch": store.put(b"old")["ETag"]}


# Preparation that gives arguments, a call with them, and the code of S3's answer.
REFUSED: dict[str, tuple[Callable[[Store], Any], Callable[[Store, Any], Any], str]] = {
    "missing head": (lambda s: None, lambda s, _: s.call("head_object"), "404"),
    "missing": (lambda s: None, lambda s, _: s.body(), "NoSuchKey"),
    "deleted": (
        lambda s: (s.put(), s.call("delete_object")),
        lambda s, _: s.body(),
        "NoSuchKey",
    ),
    "taken": (lambda s: s.put(), lambda s, _: s.put(IfNoneMatch="*"), "PreconditionFailed"),
    "replaced": (
        lambda s: (_etags(s), s.put(b"new"))[0],
        lambda s, match: s.put(**match),
        "PreconditionFailed",
    ),
    "gone": (
        lambda s: (_etags(s), s.call("delete_object"))[0],
        lambda s, match: s.put(**match),
        "NoSuchKey",
    ),
    "read what was replaced": (
        lambda s: (_etags(s), s.put(b"new"))[0],
        lambda s, match: s.body(**match),
        "PreconditionFailed",
    ),
    "read what is unchanged": (
        _etags,
        lambda s, match: s.body(IfNoneMatch=match["IfMatch"]),
        "304",
    ),
    "delete what was replaced": (
        lambda s: (_etags(s), s.put(b"new"))[0],
        lambda s, match: s.call("delete_object", **match),
        "PreconditionFailed",
    ),
    "copy what was replaced": (
        lambda s: (_etags(s), s.put(b"new"))[0],
        lambda s, match: s.call(
            "copy_object",
            "copy",
            CopySource=s.source(),
            CopySourceIfMatch=match["IfMatch"],
            **REPLACE,
        ),
        "PreconditionFailed",
    ),
    "copy onto a taken key": (
        lambda s: (s.put(), s.put(key="copy")),
        lambda s, _: s.call(
            "copy_object", "copy", CopySource=s.source(), IfNoneMatch="*", **REPLACE
        ),
        "PreconditionFailed",
    ),
    "range behind the end": (
        lambda s: s.put(),
        lambda s, _: s.body(Range="bytes=500-600"),
        "InvalidRange",
    ),
    "complete onto a taken key": (
        lambda s: (s.parts([60, 40], complete=False), s.put(key="copy"))[0],
        lambda s, upload: s.call("complete_multipart_upload", "copy", **upload, IfNoneMatch="*"),
        "PreconditionFailed|ConditionalRequestConflict",
    ),
    "complete what was aborted": (
        lambda s: s.parts([60, 40], complete=False),
        lambda s, upload: (
            s.call("abort_multipart_upload", "copy", UploadId=upload["UploadId"]),
            s.call("complete_multipart_upload", "copy", **upload),
        ),
        "NoSuchUpload",
    ),
}


@pytest.mark.parametrize(("prepare", "act", "code"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused(
    store: Store, prepare: Callable[[Store], Any], act: Callable[[Store, Any], Any], code: str
) -> None:
    prepared = prepare(store)
    with pytest.raises(ClientError) as refused:
        act(store, prepared)
    assert refused.value.response["Error"]["Code"] in code.split("|")


def test_every_write_is_a_version(store: Store) -> None:
    first = store.put(b"one", Metadata={"Sha256": "ab"}, ContentType="application/zip")
    second = store.put(b"two")
    store.call("delete_object")
    assert store.body(VersionId=first["VersionId"]) == b"one"
    head = store.call("head_object", VersionId=first["VersionId"])
    assert (head["ContentLength"], head["ETag"]) == (3, first["ETag"])
    assert (head["Metadata"], head["ContentType"]) == ({"sha256": "ab"}, "application/zip")
    versions = store.pages("list_object_versions", "Versions", "k")
    assert [item["VersionId"] for item in versions] == [second["VersionId"], first["VersionId"]]
    (marker,) = store.pages("list_object_versions", "DeleteMarkers", "k")
    assert marker["IsLatest"]
    store.call("delete_object", VersionId=marker["VersionId"])
    assert store.body() == b"two"


def test_lists_are_ordered_and_filtered(store: Store) -> None:
    for key in ("b", "a/2", "a/1", "c"):
        store.put(key=key)
    store.call("delete_object", "c")
    assert [item["Key"] for item in store.pages("list_objects_v2", "Contents")] == [
        "a/1",
        "a/2",
        "b",
    ]
    listed = store.pages("list_object_versions", "Versions", "a/")
    assert [(item["Key"], item["Size"]) for item in listed] == [("a/1", 100), ("a/2", 100)]


def test_ranges_include_their_ends(store: Store) -> None:
    store.put()
    assert store.body(Range="bytes=10-19") == BODY[10:20]
    assert store.body(Range="bytes=95-500") == BODY[95:]


def test_a_copy_has_what_it_was_given(store: Store) -> None:
    store.put(Tagging="a=b", Metadata={"from": "source"})
    given = {"Tagging": "c=1+%26+2&empty=", "Metadata": {"x": "y"}, "ContentType": "text/plain"}
    store.call("copy_object", "copy", CopySource=store.source(), **REPLACE, **given)
    head = store.call("head_object", "copy")
    assert (head["Metadata"], head["ContentType"]) == ({"x": "y"}, "text/plain")
    tags = store.call("get_object_tagging", "copy")["TagSet"]
    assert {tag["Key"]: tag["Value"] for tag in tags} == {"c": "1 & 2", "empty": ""}


@pytest.mark.parametrize("sizes", [[60, 40], [100]])
def test_a_copy_in_parts_has_a_checksum_over_those_of_its_parts(
    store: Store, sizes: list[int]
) -> None:
    algorithm: dict[str, Any] = {"ChecksumAlgorithm": "SHA256", "ChecksumType": "COMPOSITE"}
    store.parts(sizes, Tagging="a=b", **algorithm)
    assert store.body("copy") == BODY
    cut = [BODY[: sizes[0]], BODY[sizes[0] :]][: len(sizes)]
    head = store.call("head_object", "copy", ChecksumMode="ENABLED")
    assert (head["ChecksumSHA256"], head["ChecksumType"]) == (composite_of(cut), "COMPOSITE")
    assert head["ChecksumSHA256"].partition("-")[0] != sha256_of(BODY)
    assert store.call("get_object_tagging", "copy")["TagSet"] == [{"Key": "a", "Value": "b"}]
