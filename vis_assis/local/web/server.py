"""A web server for a folder, on loopback."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


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


@contextmanager
def served(folder: Path, port: int = 0) -> Iterator[str]:
    """Serves the folder until the block ends, and gives its origin.

    Parameters:
        port: TCP port; 0 takes a free one.

    Errors: `OSError` when the port is taken.
    """
    server = ThreadingHTTPServer(("127.0.0.1", port), partial(_Handler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
