"""Requests and responses, and their way in and out of ASGI."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


@dataclass(frozen=True)
class Request:
    """One request; `segments` are the path's parts, unquoted after the split.

    The order matters: clients quote the slashes of a branch name such as `refs/pr/1`.
    """

    method: str
    path: str
    segments: tuple[str, ...]
    query_string: str
    headers: dict[str, str]
    body: bytes
    port: int

    @property
    def bearer_token(self) -> str | None:
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" and token.strip() else None

    @property
    def query(self) -> dict[str, list[str]]:
        return parse_qs(self.query_string, keep_blank_values=True)

    def flag(self, name: str) -> bool:
        """Whether the query parameter is set to a true value."""
        return self.query.get(name, [""])[-1].lower() in {"1", "true"}


@dataclass
class Response:
    """One response; a HEAD request gets its headers without the body."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


def json_response(value: object, status: int = 200, **headers: str) -> Response:
    body = json.dumps(value, separators=(",", ":")).encode()
    return Response(status, {"Content-Type": "application/json; charset=utf-8", **headers}, body)


async def read_request(scope: Scope, receive: Receive) -> Request:
    body = bytearray()
    more = True
    while more:
        event = await receive()
        if event["type"] == "http.disconnect":
            break
        body += event.get("body", b"")
        more = event.get("more_body", False)
    raw_path: str = scope["raw_path"].partition(b"?")[0].decode("ascii")
    return Request(
        method=scope["method"],
        path=unquote(raw_path),
        segments=tuple(unquote(part) for part in raw_path.strip("/").split("/")),
        query_string=scope["query_string"].decode("ascii"),
        headers={
            name.decode("latin-1").lower(): value.decode("latin-1")
            for name, value in scope["headers"]
        },
        body=bytes(body),
        port=scope["server"][1],
    )


async def send_response(
    send: Send, response: Response, *, truncate_after: int | None = None
) -> None:
    """Send a response.

    With `truncate_after` (bytes), announce the full length but stop there: leaving the ASGI
    application without the last body event makes the server cut the connection.
    """
    headers = {"Content-Length": str(len(response.body)), **response.headers}
    await send(
        {
            "type": "http.response.start",
            "status": response.status,
            "headers": [(n.lower().encode(), v.encode("latin-1")) for n, v in headers.items()],
        }
    )
    truncated = truncate_after is not None
    await send(
        {
            "type": "http.response.body",
            "body": response.body[:truncate_after],
            "more_body": truncated,
        }
    )
