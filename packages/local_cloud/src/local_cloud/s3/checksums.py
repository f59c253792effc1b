"""S3: which checksum an object has, and where it is told."""

from __future__ import annotations

import re
from contextvars import ContextVar
from typing import Any

from ministack.services import s3

from local_cloud.s3.crc64nvme import crc64nvme

Answer = tuple[int, dict[str, str], bytes]
Checksums = dict[str, str]

DEFAULT_ALGORITHM = "CRC64NVME"

_STORED = re.compile(r"<(Checksum[A-Z0-9]+)>([^<]*?)(?:-\d+)?</\1>")
_copied_with: ContextVar[str | None] = ContextVar("local_cloud_s3_copied_with", default=None)


def apply() -> None:
    """Apply the corrections of this module."""
    large_objects_are_quick()
    objects_have_a_checksum()
    uploads_answer_the_checksum()
    copies_choose_the_algorithm()
    types_follow_the_value()
    attributes_have_no_part_count()


def large_objects_are_quick() -> None:
    """AWS computes CRC64NVME on the way; MiniStack took minutes for a gigabyte, byte by byte."""
    s3._crc64nvme = crc64nvme


def objects_have_a_checksum() -> None:
    """AWS adds CRC64NVME to what came without a checksum; MiniStack stored none.

    A copy has a checksum of the whole object: with the algorithm asked for, else the source's.
    """
    original = s3._record_object_version

    def _record_object_version(
        bucket: str, key: str, prior: Any, obj: dict[str, Any], content: bytes
    ) -> Any:
        copied_with = _copied_with.get()
        stored: Checksums = obj.get("checksums") or {}
        if copied_with is not None:
            stored = _of_copy(stored, copied_with, content)
        obj["checksums"] = stored or _computed(DEFAULT_ALGORITHM, content)
        return original(bucket, key, prior, obj, content)

    s3._record_object_version = _record_object_version


def uploads_answer_the_checksum() -> None:
    """AWS answers PutObject with the stored checksum; MiniStack did not."""
    original = s3._put_object

    def _put_object(bucket: str, key: str, body: bytes, headers: dict[str, str]) -> Answer:
        status, answered, content = original(bucket, key, body, headers)
        if status == 200:
            for algorithm, value in _current(bucket, key).items():
                answered[f"x-amz-checksum-{algorithm.lower()}"] = value
                answered["x-amz-checksum-type"] = checksum_type(value)
        return status, answered, content

    s3._put_object = _put_object


def copies_choose_the_algorithm() -> None:
    """AWS computes the ChecksumAlgorithm of CopyObject and answers it; MiniStack ignored it."""
    original = s3._copy_object

    def _copy_object(bucket: str, key: str, headers: dict[str, str]) -> Answer:
        asked_for = headers.get("x-amz-checksum-algorithm", "").upper()
        if asked_for and s3._compute_s3_checksum(asked_for, b"") is None:
            message = f"Checksum algorithm {asked_for} is not known to the local cloud."
            refusal: Answer = s3._error("InvalidRequest", message, 400)
            return refusal
        token = _copied_with.set(asked_for)
        try:
            status, answered, body = original(bucket, key, headers)
        finally:
            _copied_with.reset(token)
        if status == 200:
            body = with_checksums(body, "CopyObjectResult", _current(bucket, key))
        return status, answered, body

    s3._copy_object = _copy_object


def types_follow_the_value() -> None:
    """AWS keeps the checksum's type with every version; MiniStack forgot it with the current one.

    Only composite values carry a number of parts, so the value tells.
    """
    original = s3._object_response_headers

    def _object_response_headers(obj: dict[str, Any], *rest: Any, **named: Any) -> dict[str, str]:
        answered: dict[str, str] = original(obj, *rest, **named)
        if "x-amz-checksum-type" in answered:
            answered["x-amz-checksum-type"] = checksum_type(next(iter(obj["checksums"].values())))
        return answered

    s3._object_response_headers = _object_response_headers


def attributes_have_no_part_count() -> None:
    """AWS answers the type that the object has, and composite values without number of parts.

    MiniStack called the checksum of every multipart object composite.
    """
    original = s3._get_object_attributes

    def _get_object_attributes(bucket: str, key: str, *rest: Any) -> Answer:
        status, answered, body = original(bucket, key, *rest)
        text = body.decode()
        stored = _STORED.search(text)
        if status == 200 and stored:
            kind = "COMPOSITE" if "-" in stored.group(0) else "FULL_OBJECT"
            text = _STORED.sub(r"<\1>\2</\1>", text)
            text = re.sub("(?<=<ChecksumType>)[A-Z_]+", kind, text)
        return status, answered, text.encode()

    s3._get_object_attributes = _get_object_attributes


def checksum_type(value: str) -> str:
    """Type of a stored checksum; base64 has no hyphen, a composite ends in `-<parts>`."""
    return "COMPOSITE" if "-" in value else "FULL_OBJECT"


def with_checksums(body: bytes, element: str, checksums: Checksums) -> bytes:
    """An XML answer with the checksums and their type at the end of its root `element`."""
    added = "".join(
        f"<Checksum{algorithm}>{value}</Checksum{algorithm}>"
        f"<ChecksumType>{checksum_type(value)}</ChecksumType>"
        for algorithm, value in checksums.items()
    )
    end = f"</{element}>"
    return body.decode().replace(end, added + end).encode()


def _of_copy(of_source: Checksums, asked_for: str, content: bytes) -> Checksums:
    algorithm = asked_for or next(iter(of_source), DEFAULT_ALGORITHM)
    value = of_source.get(algorithm)
    if value and checksum_type(value) == "FULL_OBJECT":
        return {algorithm: value}
    return _computed(algorithm, content)


def _computed(algorithm: str, content: bytes) -> Checksums:
    return {algorithm: s3._compute_s3_checksum(algorithm, content)}


def _current(bucket: str, key: str) -> Checksums:
    checksums: Checksums = s3._buckets[bucket]["objects"][key]["checksums"]
    return checksums
