"""Alarms that target tracking made; they outlive an endpoint that was deleted in a hurry."""

from __future__ import annotations

from typing import Any

from teardown.kinds.pages import items


class ScalingAlarms:
    """Target-tracking alarms of the variants of the endpoint with exactly this name."""

    title = "scaling alarm"

    def __init__(self, cloudwatch: Any, endpoint: str) -> None:
        self._cloudwatch = cloudwatch
        self._prefix = f"TargetTracking-endpoint/{endpoint}/variant/"

    def find(self) -> list[str]:
        listed = items(
            self._cloudwatch, "describe_alarms", "MetricAlarms", AlarmNamePrefix=self._prefix
        )
        return [item["AlarmName"] for item in listed]

    def remove(self, name: str) -> None:
        self._cloudwatch.delete_alarms(AlarmNames=[name])
