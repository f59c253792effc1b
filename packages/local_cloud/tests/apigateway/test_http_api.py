"""What an HTTP API answers where no function does."""

from __future__ import annotations

import http.client
import json
import uuid
from typing import Any

import pytest

from support import functions as f

SOURCE = """
def handle(event, context):
    return {"statusCode": 200, "body": "hello"}
"""


@pytest.fixture(scope="module")
def api(client: Any) -> str:
    """Path of an HTTP API with one route on the local cloud's port."""
    iam, gateway, name = client("iam"), client("apigatewayv2"), f"http-api-{uuid.uuid4().hex[:8]}"
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Principal": {"Service": "lambda.amazonaws.com"},
            }
        ],
    }
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]
    arn = f.create_function(client, name, role["Arn"], SOURCE)
    api_id = gateway.create_api(Name=name, ProtocolType="HTTP")["ApiId"]
    client("lambda").add_permission(
        FunctionName=name,
        StatementId="api",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
        SourceArn=f"arn:aws:execute-api:eu-west-1:123456789012:{api_id}/*",
    )
    integration = gateway.create_integration(
        ApiId=api_id,
        IntegrationType="AWS_PROXY",
        IntegrationUri=arn,
        PayloadFormatVersion="2.0",
    )["IntegrationId"]
    gateway.create_route(ApiId=api_id, RouteKey="GET /hello", Target=f"integrations/{integration}")
    gateway.create_stage(ApiId=api_id, StageName="$default", AutoDeploy=True)
    return f"/_aws/execute-api/{api_id}"


def status_of(cloud: Any, path: str, **headers: str) -> int:
    """By the path below the local cloud's port or, as on AWS, by the name of the host."""
    host = cloud.endpoint_url.removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=30)
    connection.request("GET", path, headers=headers)
    return connection.getresponse().status


@pytest.mark.parametrize("by_name", [True, False])
@pytest.mark.parametrize(
    ("path", "status"),
    [("/hello", 200), ("/hello/", 404), ("//hello", 404), ("/hello//", 404), ("/", 404)],
)
def test_a_route_matches_to_the_slash(
    cloud: Any, api: str, path: str, status: int, by_name: bool
) -> None:
    if by_name:
        port = cloud.endpoint_url.rpartition(":")[2]
        host = f"{api.rpartition('/')[2]}.execute-api.localhost:{port}"
        answer = status_of(cloud, path, Host=host)
    else:
        answer = status_of(cloud, f"{api}{path}")
    assert answer == status


def test_an_alias_needs_a_permission_of_its_own(cloud: Any, client: Any, api: str) -> None:
    functions, gateway, api_id = client("lambda"), client("apigatewayv2"), api.rpartition("/")[2]
    (integration,) = gateway.get_integrations(ApiId=api_id)["Items"]
    name = integration["IntegrationUri"].rpartition(":")[2]
    version = functions.publish_version(FunctionName=name)["Version"]
    alias = functions.create_alias(FunctionName=name, Name="live", FunctionVersion=version)
    by_alias = gateway.create_integration(
        ApiId=api_id,
        IntegrationType="AWS_PROXY",
        IntegrationUri=alias["AliasArn"],
        PayloadFormatVersion="2.0",
    )["IntegrationId"]
    gateway.create_route(ApiId=api_id, RouteKey="GET /alias", Target=f"integrations/{by_alias}")
    assert status_of(cloud, f"{api}/alias") == 500
    functions.add_permission(
        FunctionName=name,
        Qualifier="live",
        StatementId="alias",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
        SourceArn=f"arn:aws:execute-api:eu-west-1:123456789012:{api_id}/*",
    )
    assert status_of(cloud, f"{api}/alias") == 200
