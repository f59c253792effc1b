"""CloudWatch Logs: metrics that are written as log lines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ministack.services import cloudwatch, cloudwatch_logs


@dataclass(frozen=True)
class Metric:
    """One value of one metric."""

    namespace: str
    name: str
    value: float
    unit: str
    dimensions: dict[str, str]


def apply() -> None:
    """Apply the corrections of this module."""
    embedded_metrics_are_recorded()


def embedded_metrics_are_recorded() -> None:
    """AWS takes metrics out of log events in embedded metric format; MiniStack kept the text only.

    Format: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
    """
    original = cloudwatch_logs._append_log_events

    def _append_log_events(stream: Any, events: list[dict[str, Any]]) -> None:
        original(stream, events)
        for event in events:
            for metric in embedded_metrics(event["message"]):
                cloudwatch.record_metric(
                    metric.namespace, metric.name, metric.value, metric.unit, metric.dimensions
                )

    cloudwatch_logs._append_log_events = _append_log_events


def embedded_metrics(message: str) -> Iterator[Metric]:
    """The metrics in a log event; none when it is not in embedded metric format."""
    document = _document(message)
    for directive in document.get("_aws", {}).get("CloudWatchMetrics", []):
        for names in directive.get("Dimensions") or [[]]:
            dimensions = {name: str(document[name]) for name in names}
            for metric in directive["Metrics"]:
                stored = document[metric["Name"]]
                for value in stored if isinstance(stored, list) else [stored]:
                    yield Metric(
                        directive["Namespace"],
                        metric["Name"],
                        float(value),
                        metric.get("Unit", "None"),
                        dimensions,
                    )


def _document(message: str) -> dict[str, Any]:
    if not (message.startswith("{") and '"_aws"' in message):
        return {}
    try:
        document = json.loads(message)
    except json.JSONDecodeError:
        return {}
    return document if isinstance(document, dict) else {}
