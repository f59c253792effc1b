"""How long promotion, the API and the navigation model take, from CloudWatch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

PERIOD_SECONDS = 60
HOURS, WEEKS = timedelta(hours=3), timedelta(days=14)  # CloudWatch keeps minutes for 15 days


@dataclass(frozen=True)
class Point:
    """A minute in which there was something to measure."""

    at: datetime
    milliseconds: float


@dataclass(frozen=True)
class Latency:
    """What was measured.

    Attributes:
        name: what takes the time.
        hours: how far the points go back.
        series: points by statistic, the oldest first.
    """

    name: str
    hours: float
    series: dict[str, list[Point]]


def read(cloudwatch: Any, outputs: Mapping[str, Any]) -> list[Latency]:
    """Asks CloudWatch for each.

    Args:
        cloudwatch: boto3 client.
        outputs: Terraform's, by name.
    """
    promotion = {"FunctionName": outputs["function_names"]["promote_model"]}
    api = {"ApiId": _api_id(outputs["api_url"])}
    variant = {
        "EndpointName": outputs["navigation_endpoint_name"],
        "VariantName": outputs["navigation_variant_name"],
    }
    usual = ("p50", "p90")
    found = []
    for name, metric, dimensions, milliseconds, window, statistics in (
        ("From approval to users", "VisAssis ServedSeconds", promotion, 1e3, WEEKS, ("Maximum",)),
        ("Requests to the API", "AWS/ApiGateway Latency", api, 1, HOURS, usual),
        ("The navigation model", "AWS/SageMaker ModelLatency", variant, 1e-3, HOURS, usual),
    ):
        series = _series(cloudwatch, metric, dimensions, window, statistics)
        points = {
            statistic: [Point(at, value * milliseconds) for at, value in values]
            for statistic, values in series.items()
        }
        found.append(Latency(name, window / timedelta(hours=1), points))
    return found


def _series(
    cloudwatch: Any,
    metric: str,
    dimensions: Mapping[str, str],
    window: timedelta,
    statistics: tuple[str, ...],
) -> dict[str, list[tuple[datetime, float]]]:
    namespace, name = metric.split()
    asked = {
        "Namespace": namespace,
        "MetricName": name,
        "Dimensions": [{"Name": key, "Value": value} for key, value in dimensions.items()],
    }
    now = datetime.now(UTC)
    pages = cloudwatch.get_paginator("get_metric_data").paginate(
        MetricDataQueries=[
            {
                "Id": f"of_{statistic.lower()}",
                "Label": statistic,
                "MetricStat": {"Metric": asked, "Period": PERIOD_SECONDS, "Stat": statistic},
            }
            for statistic in statistics
        ],
        StartTime=now - window,
        EndTime=now,
        ScanBy="TimestampAscending",
    )
    series: dict[str, list[tuple[datetime, float]]] = {statistic: [] for statistic in statistics}
    for page in pages:
        for result in page["MetricDataResults"]:
            series[result["Label"]] += zip(result["Timestamps"], result["Values"], strict=True)
    return series


def _api_id(url: str) -> str:
    """On AWS the first part of the host's name, on the local cloud the path's last."""
    parts = urlsplit(url)
    return parts.path.rpartition("/")[2] or str(parts.hostname).partition(".")[0]
