"""Evaluation of CloudWatch metric alarms, and the queue metric that they watch."""

from __future__ import annotations

import operator
import time
from typing import Any

from ministack.core.responses import request_scope
from ministack.services import cloudwatch, sqs

from local_cloud.cloudwatch import metric_math

_REPEAT_SECONDS = 20  # within the shortest alarm period of 60 s, whatever its phase
_VISIBLE = "ApproximateNumberOfMessagesVisible"
_COMPARISONS = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "GreaterThanThreshold": operator.gt,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}
_last_recorded: dict[str, tuple[int, float]] = {}


def apply() -> None:
    """Apply the corrections of this module."""
    alarms_follow_their_own_dimensions()


def alarms_follow_their_own_dimensions() -> None:
    """AWS evaluates the metric with exactly the alarm's dimensions, and missing data as told.

    MiniStack mixed all metrics of one name, and knew neither missing data nor datapoints to alarm.
    """
    cloudwatch._evaluate_alarm = evaluate


def tick() -> None:
    """Record queue depths and evaluate all alarms: what AWS does every minute."""
    for scope, queue in list(sqs._queues._data.items()):
        account, region = scope[0], scope[1]
        with request_scope(account, region):
            _record_depth(queue)
    for account, region in {scope[:2] for scope in list(cloudwatch._alarms._data)}:
        with request_scope(account, region):
            for alarm in list(cloudwatch._alarms.values()):
                evaluate(alarm)


def _record_depth(queue: dict[str, Any]) -> None:
    arn = queue["attributes"]["QueueArn"]
    now = time.time()
    visible = sum(1 for message in list(queue["messages"]) if message["visible_at"] <= now)
    before, at = _last_recorded.get(arn, (-1, 0.0))
    if visible == before and now - at < _REPEAT_SECONDS:
        return
    _last_recorded[arn] = visible, now
    name = arn.rsplit(":", 1)[1]
    cloudwatch.record_metric("AWS/SQS", _VISIBLE, visible, "Count", {"QueueName": name})


def evaluate(alarm: dict[str, Any]) -> None:
    """Set the alarm's state from the last EvaluationPeriods periods, and act on a change."""
    compare = _COMPARISONS.get(alarm.get("ComparisonOperator", ""))
    if compare is None or not (alarm.get("MetricName") or alarm.get("Metrics")):
        return  # anomaly bands keep the state that SetAlarmState gave
    values = _math_values(alarm) if alarm.get("Metrics") else _period_values(alarm)
    state = _state(alarm, [None if v is None else compare(v, alarm["Threshold"]) for v in values])
    if state is None or state == alarm["StateValue"]:
        return
    shown = ", ".join("missing" if value is None else f"{value:g}" for value in values)
    reason = f"Threshold {alarm['Threshold']:g} against datapoints [{shown}]"
    before = alarm["StateValue"]
    alarm.update(StateValue=state, StateReason=reason, StateUpdatedTimestamp=int(time.time()))
    cloudwatch._record_history(alarm["AlarmName"], before, state, reason)
    cloudwatch._dispatch_alarm_actions(alarm, before, state, reason)
    cloudwatch._evaluate_parent_alarms(alarm)


def _state(alarm: dict[str, Any], breaches: list[bool | None]) -> str | None:
    """None keeps the state. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html"""
    treatment = alarm.get("TreatMissingData") or "missing"
    if all(breach is None for breach in breaches):
        fixed = {"breaching": "ALARM", "notBreaching": "OK", "missing": "INSUFFICIENT_DATA"}
        return fixed.get(treatment)
    counted = [treatment == "breaching" if breach is None else breach for breach in breaches]
    needed = int(alarm.get("DatapointsToAlarm") or alarm.get("EvaluationPeriods") or 1)
    return "ALARM" if sum(counted) >= needed else "OK"


def _math_values(alarm: dict[str, Any]) -> list[float | None]:
    metrics = {
        query["Id"]: query["MetricStat"] for query in alarm["Metrics"] if "MetricStat" in query
    }
    (watched,) = [query["Expression"] for query in alarm["Metrics"] if query["ReturnData"]]
    series = {
        name: _period_values(
            {
                **stat["Metric"],
                "EvaluationPeriods": alarm["EvaluationPeriods"],
                "ExtendedStatistic": stat["Stat"],
                "Period": stat["Period"],
            }
        )
        for name, stat in metrics.items()
    }
    return [
        metric_math.evaluate(
            watched, {name: values[index] for name, values in series.items()}, list(metrics)
        )
        for index in range(int(alarm["EvaluationPeriods"]))
    ]


def _period_values(alarm: dict[str, Any]) -> list[float | None]:
    dimensions = cloudwatch._dims_key(cloudwatch._dims_from_list(alarm.get("Dimensions") or []))
    key = (alarm["Namespace"], alarm["MetricName"], dimensions)
    points = list(cloudwatch._metrics.get(key) or [])
    period, now = float(alarm.get("Period") or 60), time.time()
    statistic = alarm.get("ExtendedStatistic") or alarm.get("Statistic") or "Average"
    values: list[float | None] = []
    for index in range(int(alarm.get("EvaluationPeriods") or 1)):
        end = now - index * period
        chosen = [p for p in points if end - period < p["Timestamp"] <= end]
        stats = cloudwatch._calc_stats(chosen) if chosen else None
        values.append(cloudwatch._stat_value(stats, statistic, chosen) if stats else None)
    return values
