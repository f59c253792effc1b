"""Alarms on metric math: what AWS refuses, and when they go off."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from cloudwatch.test_alarms import described, signed_query
from local_cloud.cloudwatch.metric_math import UnsupportedExpressionError, evaluate
from local_cloud.testing.waiting import wait_for

FILLED = "SUM(FILL(METRICS(), 0))"


def query(name: str, metric: str) -> dict[str, Any]:
    dimensions = [{"Name": "FunctionName", "Value": metric}]
    stat = {"Namespace": "Ours", "MetricName": metric, "Dimensions": dimensions}
    return {
        "Id": name,
        "MetricStat": {"Metric": stat, "Period": 60, "Stat": "Sum"},
        "ReturnData": False,
    }


def put_alarm(client: Any, name: str, expression: str = FILLED, **more: Any) -> None:
    total = {"Id": "total", "Expression": expression, "Label": "all", "ReturnData": True}
    settings = {
        "AlarmName": name,
        "Metrics": [total, query("a", f"{name}-a"), query("b", f"{name}-b")],
        "ComparisonOperator": "GreaterThanThreshold",
        "Threshold": 2.0,
        "EvaluationPeriods": 3,
        "DatapointsToAlarm": 1,
        "TreatMissingData": "notBreaching",
    }
    client("cloudwatch").put_metric_alarm(**settings | more)


def record(client: Any, metric: str, value: float) -> None:
    dimensions = [{"Name": "FunctionName", "Value": metric}]
    datum = {"MetricName": metric, "Dimensions": dimensions, "Value": value}
    client("cloudwatch").put_metric_data(Namespace="Ours", MetricData=[datum])


@pytest.mark.parametrize(("values", "state"), [((2, 1), "ALARM"), ((3, None), "ALARM")])
def test_the_sum_raises_the_alarm(
    client: Any, unique: str, values: tuple[float | None, ...], state: str
) -> None:
    put_alarm(client, unique)
    wait_for(lambda: described(client, unique)["StateValue"] == "OK")
    for end, value in zip("ab", values, strict=True):
        if value is not None:
            record(client, f"{unique}-{end}", value)
    wait_for(lambda: described(client, unique)["StateValue"] == state)


def test_a_sum_within_the_threshold_is_no_alarm(client: Any, unique: str) -> None:
    record(client, f"{unique}-a", 2)
    record(client, f"{unique}-other", 9)
    put_alarm(client, unique)
    put_alarm(client, f"{unique}-lower", Metrics=described(client, unique)["Metrics"], Threshold=1)
    wait_for(lambda: described(client, f"{unique}-lower")["StateValue"] == "ALARM")
    assert described(client, unique)["StateValue"] == "OK"


def test_the_queries_are_described(cloud: Any, client: Any, unique: str) -> None:
    put_alarm(client, unique)
    alarm = described(client, unique)
    assert [entry["Id"] for entry in alarm["Metrics"]] == ["total", "a", "b"]
    assert alarm["Metrics"][1] == query("a", f"{unique}-a")
    body = f"Action=DescribeAlarms&Version=2010-08-01&AlarmNames.member.1={unique}"
    answer = signed_query(cloud, "monitoring", body)
    assert f"<Expression>{FILLED}</Expression>" in answer
    assert "<Statistic>" not in answer
    assert "<Period>60</Period>" in answer.partition("<MetricStat>")[2]


@pytest.mark.parametrize(
    ("mistake", "told"),
    [
        ({"MetricName": "Errors"}, "exclude each other"),
        ({"Period": 60}, "exclude each other"),
        ({"Metrics": [query("a", "x")]}, "exactly one of Metrics"),
        (
            {
                "Metrics": [
                    {"Id": "e", "Expression": FILLED},
                    *(query(f"m{index}", "x") for index in range(11)),
                ]
            },
            "10 metrics",
        ),
        ({"Metrics": [{"Id": "e", "Expression": "SUM(unknown)"}]}, "does not know 'unknown'"),
        ({"Metrics": [{"Id": "e", "Expression": "METRICS()"}, *map(query, "ab", "xy")]}, "series"),
    ],
)
def test_what_aws_refuses_is_refused(
    client: Any, unique: str, mistake: dict[str, Any], told: str
) -> None:
    with pytest.raises(ClientError, match=told):
        put_alarm(client, unique, **mistake)


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("SUM(METRICS())", None),
        ("SUM(FILL(METRICS(), 0))", 3),
        ("IF(FILL(gone, 0) > 0, 1, 0) + IF(FILL(three, 0) > 2, 1, 0)", 1),
        ("IF(gone > 0, 1, 0)", None),
        ("three + gone", None),
    ],
)
def test_a_missing_datapoint_is_missing_until_it_is_filled(
    expression: str, result: float | None
) -> None:
    assert evaluate(expression, {"three": 3.0, "gone": None}, ["three", "gone"]) == result


@pytest.mark.parametrize("expression", ["RATE(three)", "three three", "three * 2", "[three]"])
def test_an_expression_that_cannot_be_evaluated_is_told(expression: str) -> None:
    with pytest.raises(UnsupportedExpressionError):
        evaluate(expression, {"three": 3.0}, ["three"])
