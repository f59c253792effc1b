"""The CloudWatch alarms that target tracking creates.

https://docs.aws.amazon.com/autoscaling/application/userguide/target-tracking-scaling-policy-overview.html
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import Any

from ministack.core.responses import request_scope
from ministack.services import cloudwatch

_LOW_SHARE = 0.9  # scaling in begins below 90 % of the target


@dataclass(frozen=True)
class Alarm:
    """Name and ARN, under moto's names for them."""

    name: str
    alarm_arn: str


@dataclass(frozen=True)
class _Metric:
    name: str
    statistic: str
    period: int
    high_periods: int
    low_periods: int


_METRICS = {
    "SageMakerVariantInvocationsPerInstance": _Metric("InvocationsPerInstance", "Sum", 60, 3, 15),
    "SageMakerVariantConcurrentRequestsPerModelHighResolution": _Metric(
        "ConcurrentRequestsPerModel", "Maximum", 10, 3, 90
    ),
}


def put_alarms(backend: Any, policy: Any, existing: list[Alarm]) -> list[Alarm]:
    """Create or change the alarms of a policy; those of a variant keep their names."""
    if policy.service_namespace != "sagemaker":
        return _move_alarms(backend, policy.alarms, existing)
    config = policy.target_tracking_scaling_policy_configuration or {}
    kind = (config.get("PredefinedMetricSpecification") or {}).get("PredefinedMetricType", "")
    metric = _METRICS.get(kind)
    if metric is None:
        return existing
    target = float(config["TargetValue"])
    wanted = {"AlarmHigh": ("GreaterThanThreshold", target, metric.high_periods)}
    if not config.get("DisableScaleIn"):
        wanted["AlarmLow"] = ("LessThanThreshold", target * _LOW_SHARE, metric.low_periods)
    alarms = []
    with request_scope(backend.account_id, backend.region_name):
        for side, (comparison, threshold, periods) in wanted.items():
            name = _name(policy, side, existing)
            request = _request(policy, metric, name)
            request.update(
                ComparisonOperator=comparison, Threshold=threshold, EvaluationPeriods=periods
            )
            alarms.append(_put(request))
    kept = {alarm.name for alarm in alarms}
    _delete(backend, [alarm for alarm in existing if alarm.name not in kept])
    return alarms


def delete_alarms(backend: Any, policy: Any) -> None:
    """Delete the alarms of a policy that is gone."""
    _delete(backend, policy.alarms)


def _move_alarms(backend: Any, made: list[Any], existing: list[Alarm]) -> list[Alarm]:
    """AWS keeps a policy's alarms in CloudWatch; moto made those of DynamoDB and ECS in its own."""
    _delete(backend, existing)
    alarms = []
    with request_scope(backend.account_id, backend.region_name):
        for alarm in made:
            request = {
                "AlarmName": alarm.name,
                "AlarmDescription": alarm.description,
                "Namespace": alarm.namespace,
                "MetricName": alarm.metric_name,
                "Statistic": alarm.statistic,
                "Period": int(alarm.period),
                "EvaluationPeriods": int(alarm.evaluation_periods),
                "Threshold": float(alarm.threshold),
                "ComparisonOperator": alarm.comparison_operator,
                "Dimensions": [{"Name": d.name, "Value": d.value} for d in alarm.dimensions],
                "AlarmActions": list(alarm.alarm_actions),
            }
            alarms.append(_put(request))
    return alarms


def _put(request: dict[str, Any]) -> Alarm:
    name = request["AlarmName"]
    cloudwatch._put_metric_alarm({}, request, False, True)
    return Alarm(name, cloudwatch._alarms[name]["AlarmArn"])


def _delete(backend: Any, alarms: list[Alarm]) -> None:
    with request_scope(backend.account_id, backend.region_name):
        for alarm in alarms:
            cloudwatch._alarms.pop(alarm.name, None)


def _name(policy: Any, side: str, existing: list[Alarm]) -> str:
    prefix = f"TargetTracking-{policy.resource_id}-{side}-"
    known = [alarm.name for alarm in existing if alarm.name.startswith(prefix)]
    return known[0] if known else prefix + str(uuid.uuid4())


def _request(policy: Any, metric: _Metric, name: str) -> dict[str, Any]:
    _, endpoint, _, variant = policy.resource_id.split("/")
    description = f"DO NOT EDIT OR DELETE. For TargetTrackingScaling policy {policy.policy_arn}."
    request = {
        "AlarmName": name,
        "AlarmDescription": description,
        "Namespace": "AWS/SageMaker",
        "MetricName": metric.name,
        "Statistic": metric.statistic,
        "Period": metric.period,
        "Dimensions": [
            {"Name": "EndpointName", "Value": endpoint},
            {"Name": "VariantName", "Value": variant},
        ],
        "AlarmActions": [policy.policy_arn],
    }
    return dict(json.loads(json.dumps(request)))
