"""The HTTP interface that SageMaker asks of a container: `GET /ping` and `POST /invocations`."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from navigation_protocol.request import read_sender
from release_server.functions import Answer, failure
from release_server.queue import Asked, Queue

# Limit of InvokeEndpoint, which is all that sends anything here.
MAX_BODY_BYTES = 6_291_456

Respond = Callable[[bytes, dict[str, str]], Answer]
Message = dict[str, Any]

logger = logging.getLogger(__name__)


class App:
    """An ASGI application around a loaded model, which threads ask.

    Args:
        respond: answers a body with its headers (names in lower case).
        limit_seconds: how long a caller waits at most.
        give_up: called when the model has been at one request for longer than that.
        at_once: how many threads may be in `respond`.
    """

    def __init__(
        self, respond: Respond, limit_seconds: float, give_up: Callable[[], None], at_once: int = 1
    ) -> None:
        self._respond, self._limit, self._give_up = respond, limit_seconds, give_up
        # Not the event loop's thread: health checks are answered while the model is at work.
        self._model = ThreadPoolExecutor(at_once, "model")
        self._queue = Queue(at_once)
        self._since: dict[Asked, float] = {}

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
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._queue.join(Asked(read_sender(body), body, headers, answer))
        self._run_next()
        try:
            return await asyncio.wait_for(answer, self._limit)
        except TimeoutError:
            if self._stuck():
                self._give_up()
            return failure(503, f"No answer within {self._limit:g} s.")

    def _run_next(self) -> None:
        while asked := self._queue.take():
            running = asyncio.get_running_loop().run_in_executor(self._model, self._run, asked)
            running.add_done_callback(partial(self._ran, asked))

    def _run(self, asked: Asked) -> Answer:
        self._since[asked] = time.monotonic()
        try:
            return self._respond(asked.body, asked.headers)
        finally:
            del self._since[asked]

    def _ran(self, asked: Asked, result: asyncio.Future[Answer]) -> None:
        self._queue.leave(asked)
        if not asked.answer.done():
            if error := result.exception():
                asked.answer.set_exception(error)
            else:
                asked.answer.set_result(result.result())
        self._run_next()

    def _stuck(self) -> bool:
        # A little less than the limit, as the caller began to wait a little earlier.
        latest = time.monotonic() - 0.95 * self._limit
        return any(since < latest for since in list(self._since.values()))


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
