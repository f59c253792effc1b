"""The page on a web server on loopback: it reads, and only whoever has the URL reads it."""

from __future__ import annotations

import hmac
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

from vis_assis.cli.deployed import Deployed
from vis_assis.cli.one_line import EXPECTED
from vis_assis.cli.output import to_json
from vis_assis.console import snapshot
from vis_assis.local.web.server import listening

PAGE = Path(__file__).parent / "page"
HOST = "127.0.0.1"
FILES = {
    "": ("index.html", "text/html; charset=utf-8"),
    "console.css": ("console.css", "text/css; charset=utf-8"),
    "console.js": ("console.js", "text/javascript; charset=utf-8"),
}
STATE = "state.json"
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class _Reader:
    """Reads a stack, however many pages are open: once for each time that a snapshot is new."""

    def __init__(self, read: Callable[[], snapshot.Snapshot]) -> None:
        self._read, self._lock = read, threading.Lock()
        self._until, self._answer = 0.0, (HTTPStatus.OK, b"")

    def answer(self) -> tuple[HTTPStatus, bytes]:
        with self._lock:
            if time.monotonic() >= self._until:
                self._answer, seconds = self._now()
                self._until = time.monotonic() + seconds
            return self._answer

    def _now(self) -> tuple[tuple[HTTPStatus, bytes], float]:
        try:
            found = self._read()
        except EXPECTED as error:
            text = to_json({"error": str(error)})
            return (HTTPStatus.SERVICE_UNAVAILABLE, text.encode()), 5
        return (HTTPStatus.OK, to_json(found).encode()), found.refresh_seconds


class _Handler(BaseHTTPRequestHandler):
    server_version, sys_version = "vis-assis", ""
    timeout = 30  # of a connection on which nothing comes
    token: str
    reader: _Reader

    def do_GET(self) -> None:
        """Answers with a file of the page or the stack's state, else without a word."""
        status, kind, body = self._found()
        self.send_response(status)
        for name, value in HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _found(self) -> tuple[HTTPStatus, str, bytes]:
        # Another name in Host means a page of somebody else's whose name was made to lead here.
        _, port = self.connection.getsockname()
        known_host = self.headers.get("Host") in (f"{HOST}:{port}", f"localhost:{port}")
        _, given, *rest = [*self.path.split("/", 2), "", ""]
        if not (hmac.compare_digest(given.encode(), self.token.encode()) and known_host):
            return HTTPStatus.NOT_FOUND, "text/plain", b""
        if rest[0] == STATE:
            status, body = self.reader.answer()
            return status, "application/json", body
        if rest[0] in FILES and self.path.count("/") == 2:
            name, kind = FILES[rest[0]]
            return HTTPStatus.OK, kind, (PAGE / name).read_bytes()
        return HTTPStatus.NOT_FOUND, "text/plain", b""

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: paths hold the token."""


@contextmanager
def served(stack: Deployed, port: int = 0) -> Iterator[str]:
    """Serves the page for a stack until the block ends, and gives its URL.

    Args:
        stack: what to show.
        port: TCP port; 0 takes a free one.

    Raises:
        CommandError: when the port is taken.
    """
    settings: dict[str, Any] = {
        "token": secrets.token_urlsafe(32),
        "reader": _Reader(lambda: snapshot.read(stack)),
    }
    handler = type("Handler", (_Handler,), settings)
    with listening(handler, port, f"`vis-assis console --port {port + 1}`") as taken:
        yield f"http://{HOST}:{taken}/{settings['token']}/"
