"""Event rules and schedules that wake the functions which make things.

Disabled rather than deleted: they are Terraform's, which enables them again with the next apply.
"""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from common.aws_errors import code


class EventRules:
    """Enabled rules of the default bus with exactly these names."""

    title = "enabled rule"

    def __init__(self, events: Any, names: tuple[str, ...]) -> None:
        self._events, self._names = events, names

    def find(self) -> list[str]:
        return [name for name in self._names if self._is_enabled(name)]

    def remove(self, name: str) -> None:
        self._events.disable_rule(Name=name)

    def _is_enabled(self, name: str) -> bool:
        try:
            return bool(self._events.describe_rule(Name=name)["State"] != "DISABLED")
        except ClientError as exc:
            if code(exc) == "ResourceNotFoundException":
                return False
            raise
