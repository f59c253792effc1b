"""HTTP APIs: authorizer answers, and permission to invoke functions."""

from __future__ import annotations

import json
import os
from typing import Any

from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import apigateway, lambda_svc

from local_cloud.apigateway.requests import SERVER_ERROR
from local_cloud.eventbridge.service import function_allows

_DATA_PLANE = "/_aws/execute-api/"
_REQUEST_ONLY = (
    "authorizerPayloadFormatVersion",
    "authorizerResultTtlInSeconds",
    "enableSimpleResponses",
)


def apply() -> None:
    """Apply the corrections of this module."""
    apis_are_reached_without_dns()
    jwt_authorizers_have_no_request_settings()
    a_route_key_is_taken_once()
    integrations_need_permission()


def apis_are_reached_without_dns() -> None:
    """AWS's apiEndpoint works as it is; MiniStack's names a host that not every client resolves."""
    original = apigateway._create_api

    def _create_api(data: dict[str, Any]) -> Any:
        answer = original(data)
        if answer[0] != 201 or data.get("protocolType", "HTTP") != "HTTP":
            return answer
        stored = apigateway._apis[json.loads(answer[2])["apiId"]]
        stored["apiEndpoint"] = f"{os.environ['AWS_ENDPOINT_URL']}{_DATA_PLANE}{stored['apiId']}"
        return apigateway._apigw_response(stored, 201)

    apigateway._create_api = _create_api


def jwt_authorizers_have_no_request_settings() -> None:
    """AWS answers settings of REQUEST authorizers for those only; with them Terraform drifted."""
    original = apigateway._create_authorizer

    def _create_authorizer(api_id: str, data: dict[str, Any]) -> Any:
        answer = original(api_id, data)
        if answer[0] != 201 or data.get("authorizerType") != "JWT":
            return answer
        stored = apigateway._authorizers[api_id][json.loads(answer[2])["authorizerId"]]
        for name in _REQUEST_ONLY:
            stored.pop(name, None)
        return apigateway._apigw_response(stored, 201)

    apigateway._create_authorizer = _create_authorizer


def a_route_key_is_taken_once() -> None:
    """AWS refuses a second route with the key; MiniStack kept both after a repeated request."""
    original = apigateway._create_route

    def _create_route(api_id: str, data: dict[str, Any]) -> Any:
        key = data.get("routeKey", "$default")
        if any(route["routeKey"] == key for route in apigateway._routes.get(api_id, {}).values()):
            reason = f"Route with key {key} already exists for this API"
            return apigateway._apigw_error("ConflictException", reason, 409)
        return original(api_id, data)

    apigateway._create_route = _create_route


def integrations_need_permission() -> None:
    """AWS answers 500 when the function does not allow the route; MiniStack invoked it."""
    original = apigateway._invoke_lambda_proxy

    async def _invoke_lambda_proxy(
        integration: Any,
        api_id: str,
        stage: str,
        path: str,
        method: str,
        *others: Any,
        **named: Any,
    ) -> Any:
        account = named.get("owner_account_id") or get_account_id()
        region = named.get("owner_region") or get_region()
        reference = apigateway._extract_lambda_ref_from_integration_uri(
            integration.get("integrationUri", "")
        )
        source = f"arn:aws:execute-api:{region}:{account}:{api_id}/{stage}/{method}{path}"
        with request_scope(account, region):
            # Of an alias, which has a policy of its own, the record holds none.
            function, config, _ = lambda_svc._get_base_func_record_for_ref(reference)
            whole = reference.startswith("arn:")
            allowed = function is None or function_allows(
                function,
                reference if whole else config["FunctionArn"],
                "apigateway.amazonaws.com",
                source,
            )
        if not allowed:
            return SERVER_ERROR
        return await original(integration, api_id, stage, path, method, *others, **named)

    apigateway._invoke_lambda_proxy = _invoke_lambda_proxy
