"""Time filters, order and pages of List operations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from moto.sagemaker.exceptions import ValidationError

from local_cloud.sagemaker.operations import Parameters

Item = TypeVar("Item")


def created_between(
    items: Sequence[Item], moment_of: Callable[[Item], datetime], after: Any, before: Any
) -> list[Item]:
    """Items whose time lies between two bounds, each epoch seconds, ISO text or None."""
    earliest, latest = _moment(after), _moment(before)
    return [
        item
        for item in items
        if (earliest is None or moment_of(item) >= earliest)
        and (latest is None or moment_of(item) <= latest)
    ]


def page(items: Sequence[Any], get: Parameters, key: str) -> dict[str, Any]:
    """One page as an answer: the items under ``key``, and NextToken when there are more.

    Raises ValidationException for a token that no earlier page gave.
    """
    token, size = get("NextToken") or "0", int(get("MaxResults") or 100)
    if not token.isdigit() or int(token) > len(items):
        raise ValidationError(f"Invalid pagination token '{token}'.")
    start = int(token)
    answer: dict[str, Any] = {key: list(items[start : start + size])}
    if start + size < len(items):
        answer["NextToken"] = str(start + size)
    return answer


def _moment(value: Any) -> datetime | None:
    if value is None:
        return None
    if isinstance(value, int | float):
        return datetime.fromtimestamp(value, UTC)
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    # moto parses times of requests to naive ones in UTC
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
