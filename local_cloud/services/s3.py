"""S3: events on EventBridge, listings."""

from __future__ import annotations

import json
import re
from contextvars import ContextVar
from typing import Any
from xml.sax.saxutils import unescape

from ministack.services import eventbridge, s3

from local_cloud.services import s3_checksums, s3_multipart

_KEY_ELEMENTS = re.compile(r"<(Key|Prefix|Delimiter|KeyMarker|NextKeyMarker)>([^<]*)</\1>")
_version: ContextVar[str] = ContextVar("local_cloud_s3_version", default="")


def apply() -> None:
    """Apply the corrections of this module."""
    events_name_the_version()
    listed_versions_are_encoded()
    s3_checksums.apply()
    s3_multipart.apply()


def events_name_the_version() -> None:
    """AWS puts `version-id` into the events of versioned buckets; MiniStack dropped it there.

    The event also appears in the log of events of the control plane, as all others do.
    """
    fire, dispatch = s3._fire_s3_event, eventbridge._dispatch_event

    def _fire_s3_event(*positional: Any, version_id: str | None = None, **named: Any) -> None:
        token = _version.set(version_id or "")
        try:
            fire(*positional, version_id=version_id, **named)
        finally:
            _version.reset(token)

    def _dispatch_event(event: dict[str, Any], view: Any = None) -> None:
        if event.get("Source") == "aws.s3" and "_DispatchPath" not in event:
            detail = json.loads(event["Detail"])
            detail.pop("event-version", None)
            if _version.get():
                detail["object"]["version-id"] = _version.get()
            event = {**event, "Detail": json.dumps(detail)}
            eventbridge._events_log_list().append(event)
            view = None
        dispatch(event, view)

    s3._fire_s3_event = _fire_s3_event
    eventbridge._dispatch_event = _dispatch_event


def listed_versions_are_encoded() -> None:
    """AWS URL-encodes the keys of ListObjectVersions when asked; MiniStack ignored the wish.

    Terraform asks and decodes: for a key with `+` its force_destroy deleted another key, for ever.
    """
    original = s3._list_object_versions

    def _list_object_versions(bucket_name: str, query_params: dict[str, Any]) -> Any:
        status, headers, body = original(bucket_name, query_params)
        if status != 200 or s3._qp(query_params, "encoding-type", "") != "url":
            return status, headers, body
        text = _KEY_ELEMENTS.sub(_encode_element, body.decode())
        head, end, tail = text.partition("</Name>")
        return status, headers, f"{head}{end}<EncodingType>url</EncodingType>{tail}".encode()

    s3._list_object_versions = _list_object_versions


def _encode_element(match: re.Match[str]) -> str:
    tag, value = match.groups()
    return f"<{tag}>{s3._url_encode(unescape(value))}</{tag}>"
