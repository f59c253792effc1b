"""HTTP APIs: what a request is answered with that no function answers."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from ministack import app
from ministack.services import apigateway, lambda_svc

Answer = tuple[int, dict[str, Any], bytes]

DATA_PLANE = "/_aws/execute-api/"
MAX_BODY_BYTES = 10 * 1024 * 1024
MAX_EVENT_BYTES = 6_291_556
DEFAULT_STAGE = "$default"
SERVER_ERROR: Answer = (
    500,
    {"Content-Type": "application/json"},
    b'{"message":"Internal Server Error"}',
)

_for_http_api: ContextVar[bool] = ContextVar("local_cloud_for_http_api", default=False)


def apply() -> None:
    """Apply the corrections of this module."""
    routes_match_to_the_slash()
    refresh_tokens_are_refused()
    refused_tokens_are_challenged()
    foreign_origins_get_no_cors_headers()
    failed_functions_answer_500()
    large_bodies_are_refused()
    functions_take_six_megabytes()


def routes_match_to_the_slash() -> None:
    """AWS has no route for a path with one more slash; MiniStack dropped those at its ends.

    Behind: https://github.com/storacha/w3infra/pull/166. In front: not seen on AWS, the stricter
    reading.
    """
    parse, execute = app._parse_execute_api_url, apigateway.handle_execute

    def _parse_execute_api_url(host: str, path: str) -> tuple[str, str, str] | None:
        parsed: tuple[str, str, str] | None = parse(host, path)
        if parsed is None:
            return None
        api_id, stage, _ = parsed
        stages = set(apigateway.stages_for_api(api_id))
        if DEFAULT_STAGE not in stages or stage in stages - {DEFAULT_STAGE}:
            return parsed
        return api_id, DEFAULT_STAGE, path.removeprefix(f"{DATA_PLANE}{api_id}") or "/"

    async def handle_execute(api_id: str, stage: str, path: str, *rest: Any, **named: Any) -> Any:
        if path.startswith("//"):
            return apigateway._http_api_not_found()
        return await execute(api_id, stage, path, *rest, **named)

    app._parse_execute_api_url = _parse_execute_api_url
    apigateway.handle_execute = handle_execute


def refresh_tokens_are_refused() -> None:
    """AWS's refresh tokens are encrypted, not a JWT that an authorizer reads; MiniStack's are one.

    https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-refresh-token.html
    """
    original = apigateway._validate_jwt_authorizer

    async def _validate_jwt_authorizer(*request: Any) -> Any:
        claims, scopes, refusal = await original(*request)
        if claims and claims.get("token_use") == "refresh":
            return None, None, apigateway._jwt_unauthorized()
        return claims, scopes, refusal

    apigateway._validate_jwt_authorizer = _validate_jwt_authorizer


def refused_tokens_are_challenged() -> None:
    """AWS says in `www-authenticate` that it wants a token, or what is wrong; MiniStack did not.

    The reason is the documented one of an audience; those of other faults are not documented.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-troubleshooting-jwt.html
    """
    original = apigateway._validate_jwt_authorizer

    async def _validate_jwt_authorizer(
        route: Any, authorizer: Any, headers: dict[str, str], query: Any
    ) -> Any:
        claims, scopes, refusal = await original(route, authorizer, headers, query)
        if refusal and refusal[0] == 401:
            source = authorizer.get("identitySource", [])
            token = apigateway._extract_token_from_identity_source(source, headers, query)
            reason = (
                ' scope="" error="invalid_token" '
                'error_description="the token does not have a valid audience"'
            )
            refusal[1]["www-authenticate"] = f"Bearer{reason if token else ''}"
        return claims, scopes, refusal

    apigateway._validate_jwt_authorizer = _validate_jwt_authorizer


def foreign_origins_get_no_cors_headers() -> None:
    """AWS answers every preflight request itself, to a foreign origin without CORS headers.

    MiniStack refused with 403 and a reason. The status is not documented: only browsers send this,
    and they look for the headers.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
    """
    original = apigateway._cors_preflight_response

    def _cors_preflight_response(configuration: Any, origin: str) -> Answer:
        if configuration and not apigateway._cors_response_headers(configuration, origin):
            return 204, {"Content-Length": "0"}, b""
        answer: Answer = original(configuration, origin)
        return answer

    apigateway._cors_preflight_response = _cors_preflight_response


def failed_functions_answer_500() -> None:
    """AWS answers 500 for a function that raises or is killed and keeps the reason to itself.

    MiniStack answered 502, as a REST API does, with the function's error.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-troubleshooting-lambda.html
    """
    invoke = apigateway._invoke_lambda_proxy
    convert = lambda_svc.lambda_execute_result_to_api_proxy_response

    async def _invoke_lambda_proxy(*positional: Any, **named: Any) -> Any:
        token = _for_http_api.set(True)
        try:
            return await invoke(*positional, **named)
        finally:
            _for_http_api.reset(token)

    def lambda_execute_result_to_api_proxy_response(result: dict[str, Any]) -> Any:
        if _for_http_api.get() and result.get("error") and not result.get("throttle"):
            status, headers, body = SERVER_ERROR
            return {"statusCode": status, "headers": headers, "body": body.decode()}, None
        return convert(result)

    apigateway._invoke_lambda_proxy = _invoke_lambda_proxy
    lambda_svc.lambda_execute_result_to_api_proxy_response = (
        lambda_execute_result_to_api_proxy_response
    )


def large_bodies_are_refused() -> None:
    """AWS takes payloads of 10 MB; MiniStack passed any on. The status is not documented.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
    """
    execute = apigateway.handle_execute

    async def handle_execute(*request: Any, **named: Any) -> Any:
        if len(request[5]) > MAX_BODY_BYTES:
            text = b'{"message":"Request Entity Too Large"}'
            return 413, {"Content-Type": "application/json"}, text
        return await execute(*request, **named)

    apigateway.handle_execute = handle_execute


def functions_take_six_megabytes() -> None:
    """AWS hands a function no more than 6 MB; MiniStack handed it everything.

    The answer is the one that others report, not seen on AWS for an HTTP API.
    https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
    """
    invoke = apigateway._invoke_lambda_proxy

    async def _invoke_lambda_proxy(*positional: Any, **named: Any) -> Any:
        body = positional[6]
        if len(body or b"") > MAX_EVENT_BYTES:
            return 413, {"Content-Type": "application/json"}, b'{"message":"Request Too Long"}'
        return await invoke(*positional, **named)

    apigateway._invoke_lambda_proxy = _invoke_lambda_proxy
