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
    if event["rawPath"] == "/fails":
        raise ValueError("a secret detail")
    return {"statusCode": 502 if event["rawPath"] == "/gone" else 200, "body": "hello"}
"""
ORIGIN = "https://app.example.org"


@pytest.fixture(scope="module")
def api(client: Any) -> str:
    """Path of an HTTP API on the local cloud's port: open routes and one behind a token."""
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
    api_id = gateway.create_api(
        Name=name,
        ProtocolType="HTTP",
        CorsConfiguration={"AllowOrigins": [ORIGIN], "AllowMethods": ["GET"]},
    )["ApiId"]
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
    authorizer = gateway.create_authorizer(
        ApiId=api_id,
        AuthorizerType="JWT",
        Name="users",
        IdentitySource=["$request.header.Authorization"],
        JwtConfiguration={"Audience": ["a"], "Issuer": "https://issuer.example"},
    )["AuthorizerId"]
    target = {"ApiId": api_id, "Target": f"integrations/{integration}"}
    gateway.create_route(**target, RouteKey="POST /hello")
    for path in ("hello", "fails", "gone"):
        gateway.create_route(**target, RouteKey=f"GET /{path}")
    gateway.create_route(
        **target, RouteKey="GET /secret", AuthorizationType="JWT", AuthorizerId=authorizer
    )
    gateway.create_stage(ApiId=api_id, StageName="$default", AutoDeploy=True)
    return f"/_aws/execute-api/{api_id}"


def request(
    cloud: Any, method: str, path: str, *body: bytes, **headers: str
) -> tuple[int, Any, str]:
    """By the path below the local cloud's port or, as on AWS, by the name of the host."""
    host = cloud.endpoint_url.removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=30)
    connection.request(method, path, body[0] if body else None, headers)
    answer = connection.getresponse()
    return answer.status, answer.headers, answer.read().decode()


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
        answer = request(cloud, "GET", path, Host=host)
    else:
        answer = request(cloud, "GET", f"{api}{path}")
    assert answer[0] == status


@pytest.mark.parametrize(
    ("token", "challenge"),
    [(None, "Bearer"), ("no-token", 'Bearer scope="" error="invalid_token" error_description=')],
)
def test_a_refused_token_is_challenged(
    cloud: Any, api: str, token: str | None, challenge: str
) -> None:
    headers = {"Authorization": token} if token else {}
    status, answered, body = request(cloud, "GET", f"{api}/secret", **headers)
    assert (status, json.loads(body)) == (401, {"message": "Unauthorized"})
    assert answered["www-authenticate"].startswith(challenge)
    assert ("error" in answered["www-authenticate"]) == bool(token)


@pytest.mark.parametrize("origin", [ORIGIN, "https://foreign.example.org"])
def test_a_preflight_of_a_foreign_origin_has_no_cors_headers(
    cloud: Any, api: str, origin: str
) -> None:
    status, answered, body = request(cloud, "OPTIONS", f"{api}/hello", Origin=origin)
    assert (status, body) == (204, "")
    named = [name for name in answered if name.lower().startswith("access-control-")]
    assert bool(named) == (origin == ORIGIN)


@pytest.mark.parametrize(
    ("path", "status", "body"),
    [("fails", 500, '{"message":"Internal Server Error"}'), ("gone", 502, "hello")],
)
def test_a_function_that_raises_is_a_server_error_without_its_reason(
    cloud: Any, api: str, path: str, status: int, body: str
) -> None:
    answer = request(cloud, "GET", f"{api}/{path}")
    assert (answer[0], answer[2]) == (status, body)


@pytest.mark.parametrize(
    ("size", "status", "message"),
    [
        (1_000_000, 200, "hello"),
        (6_400_000, 413, "Request Too Long"),
        (10 * 1024 * 1024 + 1, 413, "Request Entity Too Large"),
    ],
)
def test_a_large_body_is_refused(
    cloud: Any, api: str, size: int, status: int, message: str
) -> None:
    answer = request(cloud, "POST", f"{api}/hello", b"x" * size)
    assert answer[0] == status
    assert message in answer[2]


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
    assert request(cloud, "GET", f"{api}/alias")[0] == 500
    functions.add_permission(
        FunctionName=name,
        Qualifier="live",
        StatementId="alias",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
        SourceArn=f"arn:aws:execute-api:eu-west-1:123456789012:{api_id}/*",
    )
    assert request(cloud, "GET", f"{api}/alias")[0] == 200


def test_a_refresh_token_is_no_token_for_an_api(cloud: Any, client: Any, unique: str) -> None:
    cognito, gateway = client("cognito-idp"), client("apigatewayv2")
    pool = cognito.create_user_pool(PoolName=unique)["UserPool"]["Id"]
    app = cognito.create_user_pool_client(
        UserPoolId=pool, ClientName=unique, ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
    )["UserPoolClient"]["ClientId"]
    who = {"UserPoolId": pool, "Username": "u"}
    cognito.admin_create_user(**who)
    cognito.admin_set_user_password(**who, Password="Passw0rd!", Permanent=True)
    tokens = cognito.initiate_auth(
        AuthFlow="USER_PASSWORD_AUTH",
        ClientId=app,
        AuthParameters={"USERNAME": "u", "PASSWORD": "Passw0rd!"},
    )["AuthenticationResult"]
    api_id = gateway.create_api(Name=unique, ProtocolType="HTTP")["ApiId"]
    issuer = f"https://cognito-idp.{cloud.region}.amazonaws.com/{pool}"
    authorizer = gateway.create_authorizer(
        ApiId=api_id,
        AuthorizerType="JWT",
        Name="users",
        IdentitySource=["$request.header.Authorization"],
        JwtConfiguration={"Audience": [app], "Issuer": issuer},
    )["AuthorizerId"]
    gateway.create_route(
        ApiId=api_id, RouteKey="GET /u", AuthorizationType="JWT", AuthorizerId=authorizer
    )
    gateway.create_stage(ApiId=api_id, StageName="$default", AutoDeploy=True)
    path = f"/_aws/execute-api/{api_id}/u"
    assert request(cloud, "GET", path, Authorization=tokens["RefreshToken"])[0] == 401
    assert request(cloud, "GET", path, Authorization=tokens["IdToken"])[0] != 401
