"""CloudWatch metrics written as log lines (embedded metric format)."""

from __future__ import annotations

from collections.abc import Mapping

from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

NAMESPACE = "VisAssis"


def emit(dimensions: Mapping[str, str], **counts: int) -> None:
    """Prints one line that CloudWatch Logs turns into metrics of the namespace VisAssis.

    Parameters:
        dimensions: exactly what an alarm must name to find the metrics.
        counts: value by metric name.
    """
    _emit(MetricUnit.Count, dimensions, counts)


def emit_seconds(dimensions: Mapping[str, str], **seconds: float) -> None:
    """The same for durations."""
    _emit(MetricUnit.Seconds, dimensions, seconds)


def _emit(unit: MetricUnit, dimensions: Mapping[str, str], values: Mapping[str, float]) -> None:
    # Left unset, POWERTOOLS_SERVICE_NAME becomes a dimension and no alarm finds the metrics.
    metrics = EphemeralMetrics(namespace=NAMESPACE, service="")
    for name, value in dimensions.items():
        metrics.add_dimension(name=name, value=value)
    for name, number in values.items():
        metrics.add_metric(name=name, unit=unit, value=number)
    metrics.flush_metrics()
