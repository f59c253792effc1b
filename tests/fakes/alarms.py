"""In-memory CloudWatch alarms."""

from __future__ import annotations

from typing import Any

from tests.fakes.client import FakeClient


class FakeAlarms(FakeClient):
    """Parameters:
    raised: names of the alarms that are in ALARM.
    """

    service = "cloudwatch"

    def __init__(self) -> None:
        super().__init__()
        self.raised: set[str] = set()

    def _describe_alarms(self, **call: Any) -> Any:
        states = {name: "ALARM" if name in self.raised else "OK" for name in call["AlarmNames"]}
        return {
            "MetricAlarms": [
                {"AlarmName": name, "StateValue": state} for name, state in states.items()
            ]
        }
