"""The HTTP interface that SageMaker asks of a container: `GET /ping` and `POST /invocations`."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from release_server.functions import Answer, failure

# Limit of InvokeEndpoint, which is all that sends anything here.
MAX_BODY_BYTES = 6_291_456

Respond = Callable[[bytes, dict[str, str]], Answer]
Message = dict[str, Any]

logger = logging.getLogger(__name__)


class App:
    """An ASGI application around a loaded model, which one thread asks.

    Args:
        respond: answers a body with its headers (names in lower case).
        limit_seconds: how long a caller waits at most.
        give_up: called when the model has been at one request for longer than that.
    """

    def __init__(self, respond: Respond, limit_seconds: float, give_up: Callable[[], None]) -> None:
        self._respond, self._limit, self._give_up = respond, limit_seconds, give_up
        # Not the event loop's thread: health checks are answered while the model is at work.
        self._model = ThreadPoolExecutor(1, "model")
        self._since: float | None = None

    async def __call__(
        self,
        scope: dict[str, Any],
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        """Answers one HTTP request."""
        answer = await self._answer(scope, receive)
        headers = [
            (b"content-type", answer.content_type.encode("latin-1", "replace")),
            (b"content-length", str(len(answer.body)).encode()),
        ]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body})

    async def _answer(
        self, scope: dict[str, Any], receive: Callable[[], Awaitable[Message]]
    ) -> Answer:
        route = (scope["method"], scope["path"])
        if route == ("GET", "/ping"):
            return failure(503, "The model does not answer.") if self._stuck() else _HEALTHY
        if route != ("POST", "/invocations"):
            return failure(404, "Ask GET /ping or POST /invocations.")
        headers = {
            name.decode().lower(): value.decode("latin-1") for name, value in scope["headers"]
        }
        body = await _read(receive, headers.get("content-length", "0"))
        if body is None:
            return failure(413, f"The body is larger than {MAX_BODY_BYTES} bytes.")
        return await self._ask(body, headers)

    async def _ask(self, body: bytes, headers: dict[str, str]) -> Answer:
        asked = asyncio.get_running_loop().run_in_executor(self._model, self._run, body, headers)
        try:
            return await asyncio.wait_for(asked, self._limit)
        except TimeoutError:
            if self._stuck():
                self._give_up()
            return failure(503, f"No answer within {self._limit:g} s.")

    def _run(self, body: bytes, headers: dict[str, str]) -> Answer:
        self._since = time.monotonic()
        try:
            return self._respond(body, headers)
        finally:
            self._since = None

    def _stuck(self) -> bool:
        since = self._since
        # A little less than the limit, as the caller began to wait a little earlier.
        return since is not None and time.monotonic() - since > 0.95 * self._limit


_HEALTHY = Answer(200, "application/json", b'{"status": "Healthy"}')


async def _read(receive: Callable[[], Awaitable[Message]], announced: str) -> bytes | None:
    """The body, None when it is too large."""
    if announced.isdigit() and int(announced) > MAX_BODY_BYTES:
        return None
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > MAX_BODY_BYTES:
            return None
        if not message.get("more_body"):
            return bytes(body)
