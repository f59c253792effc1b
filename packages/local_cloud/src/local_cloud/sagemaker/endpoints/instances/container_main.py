"""Stands in for a container of the Hugging Face inference image: its toolkit and model server.

Started as a script by the interpreter that stands in for the image's, so it uses the standard
library only. Does what `sagemaker-huggingface-inference-toolkit` 2.6.0 in multi-model-server 1.1.11
was seen to do:

- `/ping` is 200 from the start, while the model loads and after it failed to;
- a request waits until the model has loaded; when that failed, each request loads it again, and is
  answered 400 with what was raised; so is whatever a function raises;
- a function with one more parameter gets the context;
- one request at a time.

`MMS_INFERENCE_ADDRESS` moves that server away from SageMaker's port, for releases that open it.
"""

from __future__ import annotations

import contextlib
import importlib
import inspect
import json
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

JSON = "application/json"
_TEXT_TYPES = (JSON, "text/csv")


class RequestProcessor:
    """Headers of a request, status and headers of its answer; `mms.context` has it."""

    def __init__(self, request_header: dict[str, str]) -> None:
        self._headers = request_header
        self.status = 200
        self.answer_headers: dict[str, str] = {}

    def get_request_property(self, key: str) -> str | None:
        """One header."""
        return self._headers.get(key)

    def get_request_properties(self) -> dict[str, str]:
        """Headers by name."""
        return self._headers


class Context:
    """The part of `mms.context.Context` that releases use."""

    def __init__(  # noqa: PLR0917 - the original's
        self,
        model_name: str,
        model_dir: str,
        manifest: Any,
        batch_size: int,
        gpu: Any,
        version: str,
    ) -> None:
        self.model_name, self.manifest = model_name, manifest
        self.system_properties: dict[str, Any] = {
            "model_dir": model_dir,
            "gpu_id": gpu,
            "batch_size": batch_size,
            "server_name": "MMS",
            "server_version": version,
        }
        self.request_processor = [RequestProcessor({})]

    def get_request_header(self, idx: int, key: str) -> str | None:
        """One header of the request."""
        return self.request_processor[idx].get_request_property(key)

    def get_all_request_header(self, idx: int) -> dict[str, str]:
        """Headers of the request."""
        return self.request_processor[idx].get_request_properties()

    def set_response_status(self, code: int = 200, phrase: str = "", idx: int = 0) -> None:
        """Status of the answer; `phrase` is not transmitted."""
        del phrase
        self.request_processor[idx].status = code

    def get_response_status(self, idx: int) -> tuple[int, str]:
        """Status and phrase."""
        return self.request_processor[idx].status, ""

    def set_response_content_type(self, idx: int, value: str) -> None:
        """Content type of the answer."""
        self.request_processor[idx].answer_headers["content-type"] = value

    def get_response_content_type(self, idx: int) -> str | None:
        """Content type of the answer."""
        return self.request_processor[idx].answer_headers.get("content-type")


class Toolkit:
    """Loads the functions of the release's module and calls them.

    Args:
        model_dir: folder of the release.
    """

    def __init__(self, model_dir: str) -> None:
        self._model_dir = model_dir
        self._context = Context("model", model_dir, None, 1, None, "1.1.11")
        self._functions: dict[str, Callable[..., Any]] = {}
        self._model: Any = None
        self._loaded = False
        self._at_work = threading.Lock()

    def load(self) -> None:
        """Load for the first time; like the model server, go on when that fails."""
        with self._at_work:
            try:
                self._initialize()
            except Exception:  # noqa: BLE001 - the next request tries again
                traceback.print_exc()

    def answer(self, body: bytes, content_type: str, accept: str) -> tuple[int, str, bytes]:
        """Status, content type and body of the answer to a request."""
        if not accept or accept == "*/*":
            accept = JSON
        with self._at_work:
            headers = {"Content-Type": content_type, "Accept": accept}
            self._context.request_processor = [RequestProcessor(headers)]
            try:
                if not self._loaded:
                    self._initialize()
                result = self._transform(body, content_type, accept)
            except Exception as error:  # noqa: BLE001 - the toolkit answers 400 to anything raised
                traceback.print_exc()
                message = {"code": 400, "type": "InternalServerException", "message": str(error)}
                return 400, JSON, (json.dumps(message, indent=2) + "\n").encode()
            self._context.set_response_content_type(0, accept)
            content = result if isinstance(result, bytes | bytearray) else _text(result).encode()
            return self._context.get_response_status(0)[0], accept, bytes(content)

    def _initialize(self) -> None:
        module = os.environ.get("SAGEMAKER_PROGRAM", "inference.py").removesuffix(".py")
        self._functions = _functions(importlib.import_module(module))
        self._model = self._call("model_fn", self._model_dir)
        self._loaded = True

    def _transform(self, body: bytes, content_type: str, accept: str) -> Any:
        data = body.decode() if content_type in _TEXT_TYPES else body
        if "transform_fn" in self._functions:
            return self._call("transform_fn", self._model, data, content_type, accept)
        decoded = self._call("input_fn", data, content_type)
        predicted = self._call("predict_fn", decoded, self._model)
        return self._call("output_fn", predicted, accept)

    def _call(self, name: str, *arguments: Any) -> Any:
        function = self._functions[name]
        expected = len(inspect.signature(function).parameters)
        if expected == len(arguments) + 1:
            return function(*arguments, self._context)
        if expected != len(arguments):
            raise TypeError(f"{name} takes {expected} arguments but {len(arguments)} were given.")
        return function(*arguments)


def _functions(module: Any) -> dict[str, Callable[..., Any]]:
    names = ("model_fn", "input_fn", "predict_fn", "output_fn", "transform_fn")
    found = {name: getattr(module, name) for name in names if hasattr(module, name)}
    steps = {"input_fn", "predict_fn", "output_fn"}
    if "transform_fn" in found and steps & set(found):
        raise ValueError("transform_fn cannot be combined with input_fn, predict_fn or output_fn")
    if "model_fn" not in found:
        raise ValueError(
            f"{module.__name__} needs model_fn: the local cloud has no default pipeline"
        )
    defaults = {
        "input_fn": _default_input,
        "predict_fn": _no_pipeline,
        "output_fn": _default_output,
    }
    return {**defaults, **found}


def _no_pipeline(data: Any, model: Any) -> Any:
    raise ValueError("predict_fn is missing: the local cloud has no default pipeline")


def _default_input(data: Any, content_type: str) -> Any:
    if content_type != JSON:
        raise ValueError(f"Content type {content_type} is not supported without an input_fn.")
    return json.loads(data)


def _default_output(prediction: Any, accept: str) -> str:
    if accept != JSON:
        raise ValueError(f"Accept {accept} is not supported without an output_fn.")
    return json.dumps(prediction)


def _text(result: Any) -> str:
    return result if isinstance(result, str) else json.dumps(result)


class _Requests(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    toolkit: Toolkit

    def do_GET(self) -> None:
        """`/ping`; `ModelManager.workerStatus` of the model server always sends 200."""
        self._send(200, JSON, b'{\n  "status": "Healthy"\n}\n')

    def do_POST(self) -> None:
        """`/invocations`."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        content_type = self.headers.get("Content-Type", "")
        self._send(*self.toolkit.answer(body, content_type, self.headers.get("Accept", "")))

    def log_message(self, format: str, *args: Any) -> None:
        """Requests are not logged."""

    def _send(self, status: int, content_type: str, body: bytes) -> None:
        with contextlib.suppress(ConnectionError):
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)


def _live_as_long_as_the_server() -> None:
    """The local cloud holds the other end of standard input."""
    sys.stdin.buffer.read()
    os._exit(0)


def main() -> None:
    """Serve the release in SM_MODEL_DIR until standard input ends."""
    # What a shell starts in the background inherits that SIGINT is ignored; a container does not.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    model_dir = os.environ["SM_MODEL_DIR"]
    sys.path[0] = str(Path(model_dir, "code"))  # replaces this file's folder
    sys.modules["mms"] = sys.modules["mms.context"] = sys.modules[__name__]
    ended = threading.Thread(target=_live_as_long_as_the_server, daemon=True)
    ended.start()
    toolkit = Toolkit(model_dir)
    if "MMS_INFERENCE_ADDRESS" not in os.environ:
        _Requests.toolkit = toolkit
        server = ThreadingHTTPServer(
            ("127.0.0.1", int(os.environ["SAGEMAKER_BIND_TO_PORT"])), _Requests
        )
        threading.Thread(target=server.serve_forever, daemon=True).start()
    toolkit.load()
    while ended.is_alive():  # a signal interrupts this
        ended.join(3600)


if __name__ == "__main__":
    try:
        main()
    except BaseException:  # noqa: BLE001 - the thread that waits for input would abort the exit
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)
