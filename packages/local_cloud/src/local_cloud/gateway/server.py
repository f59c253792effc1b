"""The ASGI application: dispatches by the service in the SigV4 scope, and serves it."""

from __future__ import annotations

import asyncio
import json
import logging
import signal
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from hypercorn.asyncio import serve as hypercorn_serve
from hypercorn.config import Config
from ministack import app as ministack
from ministack.core import iam_evaluator
from ministack.core.responses import set_request_account_id, set_request_region
from ministack.core.router import extract_access_key_id

from local_cloud.gateway import buffered_responses
from local_cloud.gateway.aws_request import AwsRequest, AwsResponse, json_response, signed_scope
from local_cloud.gateway.control import control
from local_cloud.gateway.corrections import apply_corrections
from local_cloud.gateway.own_services import OWN_SERVICES
from local_cloud.gateway.ticker import start_ticker
from local_cloud.gateway.transport import is_secure, note_transport
from local_cloud.settings import CONTROL_PREFIX

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

logger = logging.getLogger(__name__)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Route to the control plane, a service served here, or MiniStack."""
    if scope["type"] != "http":
        await ministack.app(scope, receive, send)
        return
    headers = {
        key.decode("latin-1").lower(): value.decode("latin-1") for key, value in scope["headers"]
    }
    note_transport(headers)
    if scope["path"].startswith(CONTROL_PREFIX):
        await _send(send, await _control(scope, await _body(receive)))
        return
    service, region = signed_scope(headers.get("authorization", ""))
    handler = OWN_SERVICES.get(service)
    if handler is None:
        await ministack.app(scope, receive, send)
        return
    request = AwsRequest(
        service=service,
        region=region,
        access_key=extract_access_key_id(headers, {}),
        method=scope["method"],
        path=scope["path"],
        query=_query(scope),
        headers=headers,
        body=await _body(receive),
    )
    _pin_caller(scope, request)
    await _send(send, await asyncio.to_thread(handler, request))


def _pin_caller(scope: Scope, request: AwsRequest) -> None:
    """Give MiniStack's evaluator what its own entry point gives it for its services."""
    set_request_account_id(ministack._request_account_scope(request.access_key))
    set_request_region(request.region)
    client = (scope.get("client") or ("127.0.0.1",))[0]
    iam_evaluator.pin_request_origin(client, is_secure())
    iam_evaluator.pin_request_caller(request.headers, {})
    raw_path = (scope.get("raw_path") or request.path.encode()).decode("latin-1")
    iam_evaluator.pin_signed_request(request.method, raw_path, request.query, scope["headers"])
    iam_evaluator.pin_signed_body(request.body)


async def _control(scope: Scope, body: bytes) -> AwsResponse:
    name = scope["path"].removeprefix(CONTROL_PREFIX)
    try:
        answer = await asyncio.to_thread(
            control, scope["method"], name, _query(scope), json.loads(body or b"{}")
        )
    except KeyError as missing:
        return _plain({"error": f"{scope['method']} {name}: unknown or missing {missing}"}, 404)
    except ValueError as problem:
        return _plain({"error": str(problem)}, 400)
    return _plain(answer, 200)


def _plain(value: Any, status: int) -> AwsResponse:
    return json_response(value, status, "application/json")


def _query(scope: Scope) -> dict[str, list[str]]:
    return parse_qs(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)


async def _body(receive: Receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


async def _send(send: Send, response: AwsResponse) -> None:
    headers = [(key.encode(), value.encode("latin-1")) for key, value in response.headers.items()]
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body})


def serve(listener: socket.socket, ready: Callable[[], object], saved: Path | None = None) -> None:
    """Serve on a bound socket until SIGTERM or SIGINT.

    Args:
        listener: the bound socket.
        ready: called once requests are taken.
        saved: folder of a saved account to begin with; None begins with an empty one.

    Raises:
        NotLoadedError: when the folder holds no account that this version can load.
    """
    apply_corrections()
    buffered_responses.apply()
    if saved:
        from local_cloud.gateway import saved_state  # noqa: PLC0415 - loads services

        saved_state.load(saved)
    config = Config()
    config.bind = [f"fd://{listener.detach()}"]
    config.keep_alive_timeout = 75
    config.graceful_timeout = 1
    asyncio.run(_serve(config, ready))


async def _serve(config: Config, ready: Callable[[], object]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    loop.call_later(0, ready)
    stop_ticker = start_ticker()
    try:
        await hypercorn_serve(application, config, shutdown_trigger=stop.wait)
    finally:
        stop_ticker()
        from ministack.core import lambda_runtime  # noqa: PLC0415 - loaded with the first function

        lambda_runtime.reset()
