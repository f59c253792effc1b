"""`make web`: the example page for the stack at hand, on a web server on loopback."""

from __future__ import annotations

import errno
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from vis_assis.build.environments import ROOT
from vis_assis.errors import CommandError
from vis_assis.local.web.config import find
from vis_assis.local.web.folder import assemble, install

FOLDER = ROOT / "build" / "web"
PACKAGES = ROOT / "build" / "web-packages"


class _Handler(SimpleHTTPRequestHandler):
    # What the machine's own table says differs from one to the next, and a browser runs no module
    # of another type.
    extensions_map = {  # noqa: RUF012 - the base class's name and type
        "": "application/octet-stream",
        ".css": "text/css",
        ".html": "text/html; charset=utf-8",
        ".js": "text/javascript",
        ".json": "application/json",
        ".mjs": "text/javascript",
        ".png": "image/png",
        ".wasm": "application/wasm",
    }

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-cache")
        # The rest of the policy is in the page; browsers take this part from headers only.
        self.send_header("Content-Security-Policy", "frame-ancestors 'none'")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: the browser's console shows what is missing."""


def main(port: int) -> None:
    """Serves the example page until Ctrl-C.

    Args:
        port: TCP port; the stack has to allow the origin http://localhost:<port>.

    Raises:
        CommandError: when there is no stack, npm fails, or the port is taken.
    """
    config = find(ROOT)
    try:
        with served(FOLDER, port) as origin:
            install(PACKAGES)
            assemble(FOLDER, PACKAGES, config)
            print(f"{origin} (Ctrl-C ends it)", flush=True)
            threading.Event().wait()
    except KeyboardInterrupt:
        print("Stopped")


@contextmanager
def served(folder: Path, port: int = 0) -> Iterator[str]:
    """Serves the folder until the block ends, and gives its origin.

    Args:
        folder: what to serve.
        port: TCP port; 0 takes a free one.

    Raises:
        CommandError: when the port is taken.
    """
    other = f"`make web PORT={port + 1}` (a stack with allowed_origins has to list that origin)"
    with listening(partial(_Handler, directory=str(folder)), port, other) as taken:
        yield f"http://localhost:{taken}"


@contextmanager
def listening(handler: Callable[..., Any], port: int, other: str) -> Iterator[int]:
    """Answers requests on loopback until the block ends, and gives the port.

    Args:
        handler: makes what answers a request.
        port: TCP port; 0 takes a free one.
        other: command that takes another port.

    Raises:
        CommandError: when the port is taken.
    """
    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    except OSError as error:
        reason = "is in use" if error.errno == errno.EADDRINUSE else f"cannot be used ({error})"
        raise CommandError(f"port {port} {reason}: stop what uses it, or run {other}") from error
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield int(server.server_port)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
