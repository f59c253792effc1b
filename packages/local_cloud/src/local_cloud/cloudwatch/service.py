"""CloudWatch alarms: complete descriptions."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape

from ministack.services import cloudwatch

_LISTS = ("AlarmNames", "AlarmTypes")
_SCALARS = ("AlarmNamePrefix", "StateValue", "MaxRecords", "NextToken")


def apply() -> None:
    """Apply the corrections of this module."""
    query_descriptions_are_complete()


def query_descriptions_are_complete() -> None:
    """AWS answers every field to Query clients too; MiniStack left most out and Terraform drifted.

    Its JSON answer is complete, so the Query answer is built from that, but for an alarm on a
    percentile: AWS gives such an alarm no statistic, MiniStack Average.
    """
    original = cloudwatch._describe_alarms

    def _describe_alarms(params: Any, data: Any, is_cbor: bool, is_json: bool = False) -> Any:
        if is_cbor or is_json:
            return original(params, data, is_cbor, is_json)
        status, _, body = original(params, _query_request(params), False, True)
        if status != 200:
            return original(params, data, is_cbor, is_json)
        answer = json.loads(body)
        for alarm in answer["MetricAlarms"]:
            if alarm.get("ExtendedStatistic"):
                alarm.pop("Statistic", None)
        inner = f"<DescribeAlarmsResult>{_xml(answer)}</DescribeAlarmsResult>"
        return cloudwatch._xml(200, "DescribeAlarmsResponse", inner)

    replaced = 0
    for table in [value for value in vars(cloudwatch).values() if isinstance(value, dict)]:
        for key in [key for key, value in table.items() if value is original]:
            table[key] = _describe_alarms
            replaced += 1
    cloudwatch._describe_alarms = _describe_alarms


def _query_request(params: Any) -> dict[str, Any]:
    request: dict[str, Any] = {name: cloudwatch._p(params, name) for name in _SCALARS}
    for name in _LISTS:
        members = (cloudwatch._p(params, f"{name}.member.{i}") for i in range(1, 101))
        request[name] = [member for member in members if member]
    return {name: value for name, value in request.items() if value}


def _xml(value: Any, key: str = "") -> str:
    if isinstance(value, dict):
        return "".join(f"<{k}>{_xml(v, k)}</{k}>" for k, v in value.items() if v is not None)
    if isinstance(value, list):
        return "".join(f"<member>{_xml(item)}</member>" for item in value)
    if isinstance(value, bool):
        return str(value).lower()
    if key.endswith("Timestamp"):
        return datetime.fromtimestamp(float(value), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return escape(str(value))
