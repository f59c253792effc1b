"""A server that a release brings: it opens SageMaker's port when its model has loaded.

Packed as `code/port_server.py` of a release whose container has SAGEMAKER_PROGRAM=port_server.
"""

# ruff: noqa: BLE001 - what a release raises is answered

from __future__ import annotations

import importlib
import json
import os
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from mms.context import Context, RequestProcessor


def model_fn(model_dir: str, context: Any) -> None:
    """Called by the toolkit; serves from a thread, or ends the container."""
    threading.Thread(target=_serve, args=(model_dir,)).start()


class _Handler(BaseHTTPRequestHandler):
    script: Any
    model: Any
    context: Any

    def do_GET(self) -> None:
        self._send(200, b"{}")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.context.request_processor = [RequestProcessor(dict(self.headers))]
        read = getattr(self.script, "input_fn", lambda text, _: json.loads(text))
        write = getattr(self.script, "output_fn", lambda result, _: json.dumps(result))
        try:
            data = self._call(read, body, self.headers["content-type"])
        except Exception as error:
            self._send(400, json.dumps({"message": str(error)}).encode())
            return
        try:
            result = self._call(self.script.predict_fn, data, self.model)
            answer = self._call(write, result, self.headers.get("accept") or "application/json")
        except Exception:
            self._send(500, b'{"message": "failed: the endpoint\'s log says why"}')
            return
        self._send(self.context.get_response_status(0)[0], answer.encode())

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    @classmethod
    def _call(cls, function: Callable[..., Any], *arguments: Any) -> Any:
        """Calls with the context too if the function takes it."""
        return function(*(*arguments, cls.context)[: function.__code__.co_argcount])


def _serve(model_dir: str) -> None:
    try:
        _Handler.script = importlib.import_module("inference")
        _Handler.context = Context("model", model_dir, None, 1, None, "")
        _Handler.model = _Handler._call(_Handler.script.model_fn, model_dir)
    except BaseException as error:
        sys.stderr.write(f"not served: {error}\n")
        sys.stderr.flush()
        os._exit(1)
    port = int(os.environ["SAGEMAKER_BIND_TO_PORT"])
    HTTPServer(("127.0.0.1", port), _Handler).serve_forever()
