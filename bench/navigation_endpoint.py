"""A loopback stand-in for the endpoint's data plane that speaks the release's protocol."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from time import sleep

from navigation_protocol.questions import ask_all
from navigation_protocol.request import parse_request


class NavigationEndpoint(ThreadingHTTPServer):
    """Answers prompts from a table; model time is left out, so that only transport differs.

    Parameters:
        answers: prompt to answer.
        latency_seconds: waited once per request.
    """

    daemon_threads = True

    def __init__(self, answers: Mapping[str, str], latency_seconds: float) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers, self.latency_seconds = answers, latency_seconds
        self._lock = Lock()
        self._received = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def count(self, size: int) -> None:
        with self._lock:
            self._received += size

    def taken(self) -> int:
        """Body bytes received since this was last asked."""
        with self._lock:
            received, self._received = self._received, 0
        return received


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: NavigationEndpoint

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.count(len(body))
        sleep(self.server.latency_seconds)
        request = parse_request(body, self.headers["Content-Type"])
        answers = ask_all(request.questions, self.server.answers.__getitem__)
        answer = json.dumps(request.payload(answers)).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: a line per request would be part of what is measured."""


@contextmanager
def serving(answers: Mapping[str, str], latency_seconds: float) -> Iterator[NavigationEndpoint]:
    """The endpoint, for the time of the block."""
    with NavigationEndpoint(answers, latency_seconds) as endpoint:
        thread = Thread(target=endpoint.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield endpoint
        finally:
            endpoint.shutdown()
            thread.join()
