"""Every AWS call that the server authorised or refused, for assertions in tests."""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import asdict, dataclass, field
from typing import Any

_CAPACITY = 50_000


@dataclass(frozen=True)
class Call:
    """One permission check: `action` as in IAM (`s3:PutObject`), `time` in epoch seconds."""

    action: str
    resources: list[str]
    principal: str
    allowed: bool
    time: float = field(default_factory=time.time)

    @property
    def service(self) -> str:
        """IAM prefix of the action."""
        return self.action.split(":", 1)[0]


_calls: deque[Call] = deque(maxlen=_CAPACITY)
_lock = threading.Lock()


def record(action: str, resources: list[str], principal: str, *, allowed: bool) -> None:
    """Add one call."""
    with _lock:
        _calls.append(Call(action, resources, principal, allowed))


def recorded(service: str = "", action: str = "", principal: str = "") -> list[dict[str, Any]]:
    """Calls in order, narrowed by IAM prefix, full action and a part of the principal's ARN."""
    with _lock:
        calls = list(_calls)
    return [
        {"service": call.service, **asdict(call)}
        for call in calls
        if (not service or call.service == service)
        and (not action or call.action == action)
        and principal in call.principal
    ]


def clear() -> None:
    """Forget all calls."""
    with _lock:
        _calls.clear()
