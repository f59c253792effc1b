"""The one clock of everything timed in SageMaker; tests move it instead of waiting."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime

_lock = threading.Lock()
_offset_seconds = 0.0


def now() -> float:
    """Seconds since the epoch, including what `advance` added."""
    with _lock:
        return time.time() + _offset_seconds


def utcnow() -> datetime:
    """`now` as an aware datetime in UTC."""
    return datetime.fromtimestamp(now(), UTC)


def iso(moment: datetime | None = None) -> str:
    """ISO 8601 with milliseconds and `Z`, as AWS writes times into events."""
    moment = moment or utcnow()
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def advance(seconds: float) -> None:
    """Move the clock forward; raises ValueError for a negative number of seconds."""
    global _offset_seconds  # noqa: PLW0603 - the clock is the process's one piece of time
    if seconds < 0:
        raise ValueError(f"the clock only moves forward, not by {seconds} s")
    with _lock:
        _offset_seconds += seconds


def reset() -> None:
    """Back to the real time."""
    global _offset_seconds  # noqa: PLW0603
    with _lock:
        _offset_seconds = 0.0
