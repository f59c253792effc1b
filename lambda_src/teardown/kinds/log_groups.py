"""Log groups that SageMaker makes with the first line."""

from __future__ import annotations

from typing import Any

from teardown.kinds.pages import items


class LogGroup:
    """The log group with exactly this name."""

    title = "log group"

    def __init__(self, logs: Any, name: str) -> None:
        self._logs, self._name = logs, name

    def find(self) -> list[str]:
        return [self._name] if self.described() else []

    def remove(self, name: str) -> None:
        self._logs.delete_log_group(logGroupName=name)

    def described(self) -> dict[str, Any] | None:
        """The group as CloudWatch Logs lists it, None when it does not exist."""
        listed = items(
            self._logs, "describe_log_groups", "logGroups", logGroupNamePrefix=self._name
        )
        return next((item for item in listed if item["logGroupName"] == self._name), None)


class IdleLogGroup(LogGroup):
    """A group that the whole account shares: goes only while nobody has anything in it.

    One with a retention was set up by somebody, and is kept.
    """

    def find(self) -> list[str]:
        group = self.described()
        if group is None or "retentionInDays" in group:
            return []
        streams = self._logs.describe_log_streams(logGroupName=self._name, limit=1)["logStreams"]
        return [] if streams else [self._name]
