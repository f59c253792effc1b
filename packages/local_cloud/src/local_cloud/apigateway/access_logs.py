"""HTTP APIs: the access log of a stage, and how long requests take as a metric."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from ministack.core.responses import new_uuid
from ministack.services import apigateway, cloudwatch, cloudwatch_logs

_VARIABLE = re.compile(r"\$context\.(\w+(?:\.\w+)*)")
# Of what the gateway answers on its own.
_RESPONSE_TYPES = {401: "UNAUTHORIZED", 403: "ACCESS_DENIED"}

_integration: ContextVar[dict[str, str] | None] = ContextVar("integration", default=None)


def apply() -> None:
    """Apply the corrections of this module."""
    requests_are_logged()
    latencies_are_metrics()


def requests_are_logged() -> None:
    """AWS writes a line per request in the stage's format; MiniStack kept the setting only.

    Values go in as they are, without escapes: whether AWS has any is not documented.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
    """
    handle, invoke = apigateway._handle_execute_in_scope, apigateway._invoke_lambda_proxy

    async def _handle_execute_in_scope(
        api_id: str, stage: str, path: str, method: str, *others: Any
    ) -> Any:
        started, known = time.time(), dict[str, str]()
        token = _integration.set(known)
        try:
            answer = await handle(api_id, stage, path, method, *others)
        finally:
            _integration.reset(token)
        settings = (apigateway._stages.get(api_id, {}).get(stage) or {}).get("accessLogSettings")
        if settings:
            route = apigateway._match_route(api_id, method, path) or {}
            known["routeKey"] = route.get("routeKey", "-")
            _write(settings, known | _facts(started, answer, known))
        return answer

    async def _invoke_lambda_proxy(*arguments: Any, **named: Any) -> Any:
        answer = await invoke(*arguments, **named)
        known = _integration.get()
        if known is not None:
            known["integration.status"] = str(answer[0])
            for name, value in (named.get("authorizer_claims") or {}).items():
                known[f"authorizer.claims.{name}"] = str(value)
        return answer

    apigateway._handle_execute_in_scope = _handle_execute_in_scope
    apigateway._invoke_lambda_proxy = _invoke_lambda_proxy


def latencies_are_metrics() -> None:
    """AWS records each request's Latency for the API and for its stage; MiniStack did not.

    The other metrics, and those of routes, are not recorded.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html
    """
    handle = apigateway._handle_execute_in_scope

    async def _handle_execute_in_scope(api_id: str, stage: str, *others: Any) -> Any:
        started = time.time()
        answer = await handle(api_id, stage, *others)
        took = (time.time() - started) * 1000
        for dimensions in ({"ApiId": api_id}, {"ApiId": api_id, "Stage": stage}):
            cloudwatch.record_metric("AWS/ApiGateway", "Latency", took, "Milliseconds", dimensions)
        return answer

    apigateway._handle_execute_in_scope = _handle_execute_in_scope


def render(template: str, values: Mapping[str, str]) -> str:
    """The line that a format makes; what is not known is a hyphen."""
    return _VARIABLE.sub(lambda found: values.get(found[1], "-"), template)


def _facts(started: float, answer: Any, known: Mapping[str, str]) -> dict[str, str]:
    status, _, body = answer
    moment = datetime.fromtimestamp(started, UTC)
    facts = {
        "requestId": new_uuid(),
        "requestTime": moment.strftime("%d/%b/%Y:%H:%M:%S +0000"),
        "responseLatency": str(round((time.time() - started) * 1000)),
        "responseLength": str(len(body or b"")),
        "status": str(status),
    }
    if status in _RESPONSE_TYPES and "integration.status" not in known:
        facts["error.responseType"] = _RESPONSE_TYPES[status]
    return facts


def _write(settings: Mapping[str, str], values: Mapping[str, str]) -> None:
    where = {
        "logGroupName": settings["destinationArn"].rpartition(":log-group:")[2],
        "logStreamName": "requests",
    }
    line = {
        "timestamp": int(time.time() * 1000),
        "message": render(settings["format"], values),
    }
    cloudwatch_logs._create_log_stream(where)  # again and again, which changes nothing
    cloudwatch_logs._put_log_events({**where, "logEvents": [line]})
