"""Faults that a test orders, to prove that a client survives them."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from fnmatch import fnmatchcase
from typing import Any

from local_cloud.hub.errors import HubError

_STATUSES = {408, 429, 500, 502, 503, 504}


@dataclass
class Fault:
    """What happens to the next `times` requests whose path matches `path` (a shell pattern).

    status: answer with it; retry_after: seconds, sent with the status; truncate_after: bytes of
    the body before the connection is cut; delay_seconds: wait before answering; method and
    origin ("hub" or "storage") narrow the match.
    """

    path: str
    times: int = 1
    status: int | None = None
    retry_after: int | None = None
    truncate_after: int | None = None
    delay_seconds: float = 0.0
    method: str | None = None
    origin: str | None = None

    def matches(self, origin: str, method: str, path: str) -> bool:
        return (
            self.times > 0
            and fnmatchcase(path, self.path)
            and self.method in (None, method)
            and self.origin in (None, origin)
        )


class Faults:
    """The faults still to come, in the order in which they were set."""

    def __init__(self) -> None:
        self._pending: list[Fault] = []

    def add(self, body: bytes) -> None:
        """Add the fault that a JSON object describes; raises a 400 HubError naming the mistake."""
        self._pending.append(_parse(body))

    def clear(self) -> None:
        self._pending.clear()

    def pending(self) -> list[dict[str, Any]]:
        return [asdict(fault) for fault in self._pending]

    def take(self, origin: str, method: str, path: str) -> Fault | None:
        """The fault that befalls this request, which uses it up once."""
        for fault in self._pending:
            if fault.matches(origin, method, path):
                fault.times -= 1
                if fault.times == 0:
                    self._pending.remove(fault)
                return fault
        return None


def _parse(body: bytes) -> Fault:
    try:
        values = json.loads(body)
        unknown = set(values) - {item.name for item in fields(Fault)}
    except (ValueError, TypeError) as exc:
        raise HubError(400, "", f"A fault is a JSON object: {exc}") from exc
    if unknown or "path" not in values:
        raise HubError(
            400, "", f"A fault needs a path and knows no {', '.join(sorted(unknown)) or 'others'}"
        )
    fault = Fault(**values)
    if fault.status is not None and fault.status not in _STATUSES:
        raise HubError(400, "", f"status must be one of {sorted(_STATUSES)}, not {fault.status}")
    return fault
