"""Metrics in embedded metric format reach CloudWatch and its alarms."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from local_cloud.cloudwatch.metric_logs import Metric, embedded_metrics
from local_cloud.testing.waiting import wait_for
from support import functions as f

SOURCE = """
import json

def handle(event, context):
    print(json.dumps(event))
"""


def embedded(endpoint: str, **counts: float | list[float]) -> dict[str, Any]:
    metrics = [{"Name": name, "Unit": "Count"} for name in counts]
    directive = {"Namespace": "VisAssis", "Dimensions": [["Endpoint"]], "Metrics": metrics}
    timestamp = int(time.time() * 1000)
    return {
        "_aws": {"Timestamp": timestamp, "CloudWatchMetrics": [directive]},
        "Endpoint": endpoint,
        **counts,
    }


def test_what_a_function_prints_raises_an_alarm(client: Any, unique: str, make_role: Any) -> None:
    client("cloudwatch").put_metric_alarm(
        AlarmName=unique,
        Namespace="VisAssis",
        MetricName="ReleaseFailed",
        Dimensions=[{"Name": "Endpoint", "Value": unique}],
        Statistic="Maximum",
        Period=60,
        EvaluationPeriods=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        Threshold=1.0,
    )
    logging = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
    role = make_role("lambda", {"Action": logging, "Resource": "*"})
    f.create_function(client, unique, role, SOURCE)
    f.invoke(client, unique, embedded(unique, ReleaseFailed=1))

    def alarm_state() -> str:
        found = client("cloudwatch").describe_alarms(AlarmNames=[unique])["MetricAlarms"]
        return str(found[0]["StateValue"])

    wait_for(lambda: alarm_state() == "ALARM")


def test_every_value_of_a_list_counts() -> None:
    found = list(embedded_metrics(json.dumps(embedded("e", ReleaseFailed=[0, 1]))))
    assert found == [
        Metric("VisAssis", "ReleaseFailed", value, "Count", {"Endpoint": "e"}) for value in (0, 1)
    ]


@pytest.mark.parametrize("message", ["", "text", '{"_aws"', '{"level": "_aws"}', '["_aws"]'])
def test_other_lines_hold_no_metric(message: str) -> None:
    assert list(embedded_metrics(message)) == []
