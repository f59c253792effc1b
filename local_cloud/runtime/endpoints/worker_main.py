"""Runs a release's handler functions as the Hugging Face inference container does.

Started as a script by the interpreter that stands in for the image's, so it uses the standard
library only. Follows `sagemaker-huggingface-inference-toolkit` 2.6.0: the model is loaded before
the first request, a function with one more parameter gets the context, whatever a function raises
is answered as 400. Requests come on standard input, answers leave on what was standard output;
both are a four-byte length, a JSON header and the bytes of the body. What the release prints goes
to standard error, the container's log.
"""

from __future__ import annotations

import importlib
import inspect
import json
import os
import queue
import struct
import sys
import threading
import traceback
from collections.abc import Callable
from typing import Any, BinaryIO

JSON = "application/json"
_TEXT_TYPES = (JSON, "text/csv")
_LENGTH = struct.Struct(">I")

Frame = tuple[dict[str, Any], bytes]


class RequestProcessor:
    """The request's headers, as the model server hands them over."""

    def __init__(self, properties: dict[str, str]) -> None:
        self._properties = properties

    def get_request_properties(self) -> dict[str, str]:
        """Headers by name."""
        return self._properties


class Context:
    """The part of `mms.context.Context` (multi-model-server 1.1.11) that releases use."""

    def __init__(self, model_dir: str) -> None:
        self.system_properties: dict[str, Any] = {
            "model_dir": model_dir,
            "gpu_id": None,
            "batch_size": 1,
            "server_name": "MMS",
            "server_version": "1.1.11",
        }
        self.request_processor = [RequestProcessor({})]
        self.status = 200
        self.content_type = JSON

    def begin(self, properties: dict[str, str]) -> None:
        """Forget the request before."""
        self.request_processor = [RequestProcessor(properties)]
        self.status, self.content_type = 200, JSON

    def set_response_status(self, code: int = 200, phrase: str = "", idx: int = 0) -> None:
        """Status of the answer; `phrase` is not transmitted."""
        del phrase, idx
        self.status = code

    def set_response_content_type(self, request_id: int, value: str) -> None:
        """Content type of the answer."""
        del request_id
        self.content_type = value


class Handler:
    """The functions of the release's module; raises what loading it raises."""

    def __init__(self, module_name: str, model_dir: str) -> None:
        self.context = Context(model_dir)
        self._functions = _functions(importlib.import_module(module_name))
        self._model = self._call("model_fn", model_dir)

    def answer(self, header: dict[str, Any], body: bytes) -> Frame:
        """Header (`status`, `content_type`) and body of the response."""
        accept = header["accept"]
        if not accept or accept == "*/*":
            accept = JSON
        self.context.begin({"Content-Type": header["content_type"], "Accept": accept})
        try:
            result = self._transform(body, header["content_type"], accept)
            self.context.content_type = accept
            content = result if isinstance(result, bytes | bytearray) else _text(result).encode()
        except Exception as error:  # noqa: BLE001 - the toolkit answers 400 to anything raised
            traceback.print_exc()
            message = {"code": 400, "type": "InternalServerException", "message": str(error)}
            failed = {"status": 400, "content_type": JSON}
            return failed, (json.dumps(message, indent=2) + "\n").encode()
        shown = {"status": self.context.status, "content_type": self.context.content_type}
        return shown, bytes(content)

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
            return function(*arguments, self.context)
        if expected != len(arguments):
            raise TypeError(f"{name} takes {expected} arguments but {len(arguments)} were given.")
        return function(*arguments)


def _functions(module: Any) -> dict[str, Callable[..., Any]]:
    names = ("model_fn", "input_fn", "predict_fn", "output_fn", "transform_fn")
    found = {name: getattr(module, name) for name in names if hasattr(module, name)}
    steps = {"input_fn", "predict_fn", "output_fn"}
    if "transform_fn" in found and steps & set(found):
        raise ValueError("transform_fn cannot be combined with input_fn, predict_fn or output_fn")
    if "model_fn" not in found or not {"predict_fn", "transform_fn"} & set(found):
        raise ValueError(
            f"{module.__name__} needs model_fn and predict_fn: the local cloud has no default "
            "pipeline to take their place"
        )
    return {"input_fn": _default_input, "output_fn": _default_output, **found}


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


def read_frame(stream: BinaryIO) -> Frame | None:
    """The next frame, None at the end of the stream."""
    start = stream.read(_LENGTH.size)
    if len(start) < _LENGTH.size:
        return None
    header = json.loads(stream.read(_LENGTH.unpack(start)[0]))
    return header, stream.read(header["bytes"])


def write_frame(stream: BinaryIO, header: dict[str, Any], body: bytes = b"") -> None:
    """Send one frame."""
    head = json.dumps({**header, "bytes": len(body)}).encode()
    stream.write(_LENGTH.pack(len(head)) + head + body)
    stream.flush()


def _receive(requests: queue.Queue[Frame]) -> None:
    """Its own thread, so that the end of the server ends a model that is at work."""
    while True:
        frame = read_frame(sys.stdin.buffer)
        if frame is None:
            os._exit(0)
        requests.put(frame)


def main() -> None:
    """Load the release in SM_MODEL_DIR and serve until standard input ends."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    requests: queue.Queue[Frame] = queue.Queue()
    threading.Thread(target=_receive, args=(requests,), daemon=True).start()
    model_dir = os.environ["SM_MODEL_DIR"]
    sys.path[0] = os.path.join(model_dir, "code")  # noqa: PTH118 - replaces this file's folder
    module = os.environ.get("SAGEMAKER_PROGRAM", "inference.py").removesuffix(".py")
    handler = Handler(module, model_dir)
    write_frame(answers, {"ready": True})
    while True:
        write_frame(answers, *handler.answer(*requests.get()))


if __name__ == "__main__":
    try:
        main()
    except BaseException:  # noqa: BLE001 - the thread that waits for input would abort the exit
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)
