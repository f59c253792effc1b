"""Which metrics the latencies come from, and in what unit."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.stub import ANY, Stubber

from vis_assis.aws import latencies

MINUTE = datetime(2026, 1, 1, tzinfo=UTC)
LOCAL = "http://127.0.0.1:4566/_aws/execute-api/"
NAMES = ["From approval to users", "Requests to the API", "The navigation model"]


def expect(stub: Stubber, api: str) -> None:
    """Answers for the exact metrics that AWS documents; the second comes in two pages."""
    api_id = [{"Name": "ApiId", "Value": api}]
    variant = [{"Name": "EndpointName", "Value": "e"}, {"Name": "VariantName", "Value": "v"}]
    function = [{"Name": "FunctionName", "Value": "f"}]
    for namespace, name, dimensions, statistics in (
        ("VisAssis", "ServedSeconds", function, ["Maximum"]),
        ("AWS/ApiGateway", "Latency", api_id, ["p50", "p90"]),
        ("AWS/SageMaker", "ModelLatency", variant, ["p50", "p90"]),
    ):
        metric = {"Namespace": namespace, "MetricName": name, "Dimensions": dimensions}
        queries: list[dict[str, Any]] = [
            {
                "Id": f"of_{statistic.lower()}",
                "Label": statistic,
                "MetricStat": {"Metric": metric, "Period": 60, "Stat": statistic},
            }
            for statistic in statistics
        ]
        asked = {"MetricDataQueries": queries, "StartTime": ANY, "EndTime": ANY, "ScanBy": ANY}
        results = [
            {"Id": query["Id"], "Label": query["Label"], "Timestamps": [MINUTE], "Values": [2000.0]}
            for query in queries
        ]
        if name == "Latency":
            page = {"MetricDataResults": results[:1], "NextToken": "more"}
            stub.add_response("get_metric_data", page, asked)
            asked, results = {**asked, "NextToken": "more"}, results[1:]
        stub.add_response("get_metric_data", {"MetricDataResults": results}, asked)


@pytest.mark.parametrize(
    "url", ["https://a1b2.execute-api.eu-west-1.amazonaws.com", f"{LOCAL}a1b2"]
)
def test_each_metric_in_milliseconds(url: str) -> None:
    keys = {"aws_access_key_id": "x", "aws_secret_access_key": "x"}
    client = boto3.client("cloudwatch", region_name="eu-west-1", **keys)
    outputs = {
        "api_url": url,
        "function_names": {"promote_model": "f"},
        "navigation_endpoint_name": "e",
        "navigation_variant_name": "v",
    }
    with Stubber(client) as stub:
        expect(stub, "a1b2")
        found = latencies.read(client, outputs)
        stub.assert_no_pending_responses()
    assert [item.name for item in found] == NAMES
    milliseconds = [{p.milliseconds for s in item.series.values() for p in s} for item in found]
    assert milliseconds == [{2_000_000.0}, {2000.0}, {2.0}]
    assert [len(item.series) for item in found] == [1, 2, 2]
