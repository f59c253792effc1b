"""S3: the ETag of copies."""

from __future__ import annotations

import hashlib
import re
from contextvars import ContextVar
from typing import Any

from ministack.services import s3

from local_cloud.services.s3_checksums import Answer

_ETAG = re.compile("(?<=<ETag>)[^<]*")
_new_etag: ContextVar[list[str] | None] = ContextVar("local_cloud_s3_new_etag", default=None)


def apply() -> None:
    """Apply the corrections of this module."""
    copies_of_parts_have_one_etag()


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
