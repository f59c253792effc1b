"""S3: when an object that was uploaded in parts was made, and what it is newer than."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from ministack.services import s3

_began: ContextVar[str | None] = ContextVar("upload_began", default=None)


def apply() -> None:
    """Apply the corrections of this module."""
    uploads_are_as_old_as_their_beginning()


def uploads_are_as_old_as_their_beginning() -> None:
    """AWS dates an object by the start of its multipart upload, MiniStack by its completion.

    What was made at the key since then stays current. Source: S3 User Guide, system-defined object
    metadata, Last-Modified, and concurrent multipart upload operations.
    """
    complete, record = s3._complete_multipart_upload, s3._record_object_version

    def _complete_multipart_upload(
        bucket: str, key: str, body: bytes, query: Any, headers: dict[str, str] | None = None
    ) -> Any:
        began = s3._multipart_uploads.get(s3._qp(query, "uploadId"), {}).get("created")
        before = s3._buckets.get(bucket, {}).get("objects", {}).get(key)
        token = _began.set(began)
        try:
            answer = complete(bucket, key, body, query, headers)
        finally:
            _began.reset(token)
        if began and answer[0] == 200:
            _put_behind_what_is_newer(bucket, key, began, before)
        return answer

    def _record_object_version(
        bucket: str, key: str, prior: Any, obj: dict[str, Any], content: bytes
    ) -> Any:
        if began := _began.get():
            obj["last_modified"] = began
        return record(bucket, key, prior, obj, content)

    s3._complete_multipart_upload = _complete_multipart_upload
    s3._record_object_version = _record_object_version


def _put_behind_what_is_newer(bucket: str, key: str, began: str, before: Any) -> None:
    versions = s3._object_versions.get((bucket, key), [])
    newer = [version for version in versions[:-1] if version["last_modified"] > began]
    if not newer:
        return
    versions.insert(versions.index(newer[0]), versions.pop())
    for version in versions:
        version["is_latest"] = version is versions[-1]
    objects = s3._buckets[bucket]["objects"]
    if before is None:
        del objects[key]
    else:
        objects[key] = before
