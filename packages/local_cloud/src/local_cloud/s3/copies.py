"""S3: what copies are made of, and their ETag."""

from __future__ import annotations

import hashlib
import re
from contextvars import ContextVar
from typing import Any
from urllib.parse import parse_qs, unquote

from ministack.services import s3

from local_cloud.s3.checksums import Answer

_ETAG = re.compile("(?<=<ETag>)[^<]*")
_new_etag: ContextVar[list[str] | None] = ContextVar("local_cloud_s3_new_etag", default=None)


def apply() -> None:
    """Apply the corrections of this module."""
    copies_of_parts_have_one_etag()
    markers_are_not_copied()


def copies_of_parts_have_one_etag() -> None:
    """AWS forms the ETag of a copy anew, so one of a multipart object is a plain MD5.

    MiniStack kept the source's, in the object, the answer and the event.
    """
    copy, record, fire = s3._copy_object, s3._record_object_version, s3._fire_s3_event_async

    def _copy_object(bucket: str, key: str, headers: dict[str, str]) -> Answer:
        formed: list[str] = []
        token = _new_etag.set(formed)
        try:
            status, answered, body = copy(bucket, key, headers)
        finally:
            _new_etag.reset(token)
        if formed:
            body = _ETAG.sub(formed[0], body.decode()).encode()
        return status, answered, body

    def _record_object_version(
        bucket: str, key: str, prior: Any, obj: dict[str, Any], content: bytes
    ) -> Any:
        formed = _new_etag.get()
        if formed is not None and "-" in obj["etag"]:
            formed[:] = [f'"{hashlib.md5(content, usedforsecurity=False).hexdigest()}"']
            obj["etag"] = formed[0]
        return record(bucket, key, prior, obj, content)

    def _fire_s3_event_async(*positional: Any, **named: Any) -> None:
        formed = _new_etag.get()
        if formed:
            named["etag"] = formed[0]
        fire(*positional, **named)

    s3._copy_object = _copy_object
    s3._record_object_version = _record_object_version
    s3._fire_s3_event_async = _fire_s3_event_async


def markers_are_not_copied() -> None:
    """AWS refuses a delete marker as source by its id; MiniStack had that version missing.

    https://github.com/localstack/localstack/blob/8b9a79f/tests/aws/services/s3/test_s3.snapshot.json
    (test_s3_copy_object_src_not_exists, recorded from AWS 2026-02-21); for parts it is inferred.
    """
    copy, copy_part = s3._copy_object, s3._upload_part_copy

    def _copy_object(bucket: str, key: str, headers: dict[str, str]) -> Answer:
        answer: Answer = _marker_refused(headers) or copy(bucket, key, headers)
        return answer

    def _upload_part_copy(bucket: str, key: str, query: Any, headers: dict[str, str]) -> Answer:
        answer: Answer = _marker_refused(headers) or copy_part(bucket, key, query, headers)
        return answer

    s3._copy_object, s3._upload_part_copy = _copy_object, _upload_part_copy


def _marker_refused(headers: dict[str, str]) -> Answer | None:
    path, _, query = headers.get("x-amz-copy-source", "").lstrip("/").partition("?")
    bucket, _, key = unquote(path).partition("/")
    identifier = "".join(parse_qs(query).get("versionId", []))
    for version in s3._object_versions.get((bucket, key), []):
        if version["version_id"] == identifier and version.get("is_delete_marker"):
            message = (
                "The source of a copy request may not specifically refer to a delete marker by "
                "version id."
            )
            refusal: Answer = s3._error("InvalidRequest", message, 400)
            return refusal
    return None
