"""The functions of a release's `inference.py`, called as the Hugging Face toolkit does."""

from __future__ import annotations

import importlib
import inspect
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from types import ModuleType
from typing import Any

from mms.context import Context, RequestProcessor

JSON = "application/json"
SCRIPT = "inference"
AT_ONCE = "REQUESTS_AT_ONCE"

_STEPS = ("input_fn", "predict_fn", "output_fn")
_TEXT_TYPES = (JSON, "text/csv")

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Answer:
    """Status, content type and body of a response."""

    status: int
    content_type: str
    body: bytes


def failure(status: int, message: str) -> Answer:
    """An answer that says what went wrong."""
    return Answer(status, JSON, json.dumps({"code": status, "message": message}).encode())


class Functions:
    """A loaded release.

    At most `at_once` threads may ask it: as many as its script says by `REQUESTS_AT_ONCE`, one
    where it says nothing. So a script may compute requests together that wait together.

    Args:
        model_dir: folder of the release, whose `code/` can be imported from.
        gpu_id: the GPU that the model server assigned, if any.

    Raises:
        Exception: whatever importing the script or its model_fn raises.
        ValueError: for a script without the functions that are needed.
    """

    def __init__(self, model_dir: str, gpu_id: int | str | None) -> None:
        self._new_context = partial(Context, "model", model_dir, None, 1, gpu_id, "")
        script = importlib.import_module(SCRIPT)
        self._functions = _functions(script)
        self.at_once = int(getattr(script, AT_ONCE, 1))
        self._model = self._call(self._new_context(), "model_fn", model_dir)

    def answer(self, body: bytes, headers: dict[str, str]) -> Answer:
        """Answers a request.

        What input_fn raises is the request's fault, 400; what the others raise is the release's,
        500, as alarms watch for it.

        Args:
            body: of the request.
            headers: names in lower case.
        """
        content_type = headers.get("content-type", "")
        accept = headers.get("accept", "")
        accept = JSON if accept in {"", "*/*"} else accept
        names = {name.title(): value for name, value in headers.items()}
        # What a function gets that takes one more parameter.
        context = self._new_context()
        context.request_processor = [RequestProcessor(names)]
        context.set_response_content_type(0, accept)
        try:
            data = body.decode() if content_type in _TEXT_TYPES else body
            if "input_fn" in self._functions:
                data = self._call(context, "input_fn", data, content_type)
        except Exception as error:
            logger.exception("The request could not be read.")
            return failure(400, str(error))
        try:
            result = self._result(context, data, content_type, accept)
        except Exception:
            logger.exception("The request failed.")
            return failure(500, "The model failed on this request; the endpoint's log says why.")
        status, _ = context.get_response_status(0)
        return Answer(status, context.get_response_content_type(0), result)

    def _result(self, context: Context, data: Any, content_type: str, accept: str) -> bytes:
        if "transform_fn" in self._functions:
            result = self._call(context, "transform_fn", self._model, data, content_type, accept)
        else:
            prediction = self._call(context, "predict_fn", data, self._model)
            result = self._call(context, "output_fn", prediction, accept)
        if isinstance(result, bytes | bytearray):
            return bytes(result)
        return (result if isinstance(result, str) else json.dumps(result)).encode()

    def _call(self, context: Context, name: str, *arguments: Any) -> Any:
        function = self._functions[name]
        expected = len(inspect.signature(function).parameters)
        if expected == len(arguments) + 1:
            return function(*arguments, context)
        if expected != len(arguments):
            raise TypeError(f"{name} takes {expected} arguments but {len(arguments)} were given.")
        return function(*arguments)


def _functions(module: ModuleType) -> dict[str, Callable[..., Any]]:
    names = ("model_fn", "transform_fn", *_STEPS)
    found = {name: getattr(module, name) for name in names if hasattr(module, name)}
    if "model_fn" not in found or not {"predict_fn", "transform_fn"} & set(found):
        raise ValueError("code/inference.py needs model_fn and either predict_fn or transform_fn.")
    if "transform_fn" not in found:
        return {"input_fn": _read_json, "output_fn": _write_json, **found}
    if set(found) & set(_STEPS):
        raise ValueError(f"transform_fn cannot be combined with {', '.join(_STEPS)}.")
    return found


def _read_json(data: Any, content_type: str) -> Any:
    if content_type.partition(";")[0].strip().lower() != JSON:
        raise ValueError(f"Content type {content_type!r} is not supported: send {JSON}.")
    return json.loads(data)


def _write_json(prediction: Any, accept: str) -> str:
    if accept != JSON:
        raise ValueError(f"Accept {accept} is not supported without an output_fn.")
    return json.dumps(prediction)
