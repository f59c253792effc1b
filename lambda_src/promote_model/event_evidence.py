"""What an event proves beyond "look": that a version was not approved at a certain time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from common.errors import InvalidEvent
from promote_model.registry import APPROVED

STATE_CHANGE = "SageMaker Model Package State Change"
SWEEP = {"detail-type": "Scheduled Event", "detail": {}}


@dataclass(frozen=True)
class Unapproved:
    """A version that was Rejected or Pending at `moment`."""

    arn: str
    moment: datetime


def unapproved_by(event: Mapping[str, Any], group: str) -> Unapproved | None:
    """The version that the event shows as not approved; None for a sweep and any other event.

    Args:
        event: the EventBridge event in the message.
        group: the model package group of the queue.

    Raises:
        InvalidEvent: when it is no EventBridge event, or one of another group.
    """
    kind, detail = event.get("detail-type"), event.get("detail")
    if not isinstance(kind, str) or not isinstance(detail, dict):
        raise InvalidEvent("expected an EventBridge event with detail-type and detail")
    if kind != STATE_CHANGE:
        return None
    if detail.get("ModelPackageGroupName") != group:
        raise InvalidEvent(
            f"event of group {detail.get('ModelPackageGroupName')!r} in the queue of {group!r}: "
            "correct the rule's pattern"
        )
    arn, status = detail.get("ModelPackageArn"), detail.get("ModelApprovalStatus")
    moment = _moment(detail.get("LastModifiedTime"))
    if not isinstance(arn, str) or not status or status == APPROVED or moment is None:
        return None
    return Unapproved(arn=arn, moment=moment)


def _moment(value: object) -> datetime | None:
    """ISO text as AWS documents it, or epoch milliseconds as other SageMaker events have it."""
    try:
        if isinstance(value, int | float):
            return datetime.fromtimestamp(value / 1000, tz=UTC)
        if isinstance(value, str):
            parsed = datetime.fromisoformat(value)
            return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return None
