"""S3: events on EventBridge; the other corrections are in the modules beside this one."""

from __future__ import annotations

import json
from contextvars import ContextVar
from typing import Any

from ministack.services import eventbridge, s3

from local_cloud.s3 import (
    checksums as s3_checksums,
    conditions as s3_conditions,
    copies as s3_copies,
    listings as s3_listings,
    multipart as s3_multipart,
    permissions as s3_permissions,
    reads as s3_reads,
    tags as s3_tags,
    times as s3_times,
    upload_times as s3_upload_times,
)

_MODULES = (
    s3_checksums,
    s3_conditions,
    s3_copies,
    s3_listings,
    s3_multipart,
    s3_permissions,
    s3_reads,
    s3_tags,
    s3_times,
    s3_upload_times,
)

_version: ContextVar[str] = ContextVar("local_cloud_s3_version", default="")


def apply() -> None:
    """Apply the corrections of this module."""
    events_name_the_version()
    for module in _MODULES:
        module.apply()


def events_name_the_version() -> None:
    """AWS puts `version-id` into the events of versioned buckets; MiniStack dropped it there.

    Their time is in whole seconds, as that of all events; MiniStack told milliseconds of S3's.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html (time)
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
            time = s3_times.whole_seconds(event["Time"])
            event = {**event, "Detail": json.dumps(detail), "Time": time}
            eventbridge._events_log_list().append(event)
            view = None
        dispatch(event, view)

    s3._fire_s3_event = _fire_s3_event
    eventbridge._dispatch_event = _dispatch_event
