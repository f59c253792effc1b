"""Access logs of HTTP APIs: a line per request, in the stage's format."""

from __future__ import annotations

import http.client
import json
from typing import Any

import pytest

from local_cloud.apigateway.access_logs import render

FORMAT = json.dumps(
    {
        "route": "$context.routeKey",
        "status": "$context.status",
        "user": "$context.authorizer.claims.sub",
        "why": "$context.error.responseType",
    }
)


def test_what_is_not_known_is_a_hyphen() -> None:
    template = '{"a": "$context.status", "b": $context.error.messageString, "c": "$contexts"}'
    assert render(template, {"status": "200"}) == '{"a": "200", "b": -, "c": "$contexts"}'


@pytest.fixture
def api(client: Any, unique: str) -> Any:
    """An HTTP API with a route that needs a token, which writes an access log."""
    client("logs").create_log_group(logGroupName=unique)
    gateway = client("apigatewayv2")
    created = gateway.create_api(Name=unique, ProtocolType="HTTP")
    authorizer = gateway.create_authorizer(
        ApiId=created["ApiId"],
        AuthorizerType="JWT",
        Name="users",
        IdentitySource=["$request.header.Authorization"],
        JwtConfiguration={"Audience": ["a"], "Issuer": "https://issuer.example"},
    )
    gateway.create_route(
        ApiId=created["ApiId"],
        RouteKey="GET /closed",
        AuthorizationType="JWT",
        AuthorizerId=authorizer["AuthorizerId"],
    )
    gateway.create_stage(
        ApiId=created["ApiId"],
        StageName="$default",
        AccessLogSettings={
            "DestinationArn": f"arn:aws:logs:eu-west-1:123456789012:log-group:{unique}",
            "Format": FORMAT,
        },
    )
    return created


def test_each_request_is_a_line_and_a_latency(
    cloud: Any, client: Any, unique: str, api: Any
) -> None:
    host = cloud.endpoint_url.removeprefix("http://")
    base = api["ApiEndpoint"].removeprefix(cloud.endpoint_url)
    for path in ("/closed", "/none"):
        connection = http.client.HTTPConnection(host, timeout=30)
        connection.request("GET", f"{base}{path}", headers={"Authorization": "a.b.c"})
        connection.getresponse().read()
    events = client("logs").filter_log_events(logGroupName=unique)["events"]
    assert [json.loads(event["message"]) for event in events] == [
        {"route": "GET /closed", "status": "401", "user": "-", "why": "UNAUTHORIZED"},
        {"route": "-", "status": "404", "user": "-", "why": "-"},
    ]
    metric = {"Namespace": "AWS/ApiGateway", "MetricName": "Latency"}
    found = client("cloudwatch").list_metrics(**metric)["Metrics"]
    mine = [item["Dimensions"] for item in found if api["ApiId"] in str(item)]
    of_api = {"Name": "ApiId", "Value": api["ApiId"]}
    of_stage = {"Name": "Stage", "Value": "$default"}
    assert sorted(mine, key=len) == [[of_api], [of_api, of_stage]]
