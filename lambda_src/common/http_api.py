"""Requests and answers of the HTTP API (Lambda payload format 2.0): JSON in, JSON out, always."""

from __future__ import annotations

import base64
import codecs
import gzip
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from aws_lambda_powertools import Logger

from common.errors import VisAssisError
from common.metrics import emit

Response = dict[str, Any]
_GZIP_ACCEPTED = re.compile(r"(^|,)\s*gzip\s*(,|$|;\s*q=(0\.\d*[1-9]|1))", re.IGNORECASE)
GZIP = "The body is compressed with gzip: send the JSON object uncompressed."


class HttpError(VisAssisError):
    """A request that ends with another status than 200.

    Parameters:
        status: HTTP status, 400-599.
        message: for the client: what was wrong and what to do; never quotes what was sent.
        retry_after: seconds after which trying again makes sense, None when it never does.
        detail: for the log only.
        fault: whether the operator has to act; counted, with an alarm.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        retry_after: int | None = None,
        detail: str = "",
        fault: bool = False,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.retry_after = retry_after
        self.detail = detail
        self.fault = fault

    def response(self) -> Response:
        """The answer that tells the client."""
        headers = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
        return json_response(self.status, {"message": self.message}, headers)


def json_response(
    status: int, body: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> Response:
    """A JSON answer that no cache keeps: it holds links or answers meant for one user."""
    return {
        "statusCode": status,
        "headers": {
            "Content-Type": "application/json",
            "Cache-Control": "no-store",
            **(headers or {}),
        },
        "body": json.dumps(body),
        "isBase64Encoded": False,
    }


def compressed(response: Response, event: Mapping[str, Any]) -> Response:
    """The response, its body compressed with gzip where the request accepts that."""
    if not _GZIP_ACCEPTED.search(event.get("headers", {}).get("accept-encoding", "")):
        return response
    body = gzip.compress(response["body"].encode(), mtime=0)
    return {
        **response,
        "headers": {**response["headers"], "Content-Encoding": "gzip", "Vary": "Accept-Encoding"},
        "body": base64.b64encode(body).decode(),
        "isBase64Encoded": True,
    }


def json_object(event: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON object in the request's body.

    Errors: `HttpError` 400 when there is none.
    """
    text = _text(event)
    if text.startswith("\ufeff"):
        raise HttpError(400, "The body begins with a byte order mark (BOM): send UTF-8 without it.")
    try:
        parsed = json.loads(text)
    # Deep nesting ends in RecursionError, an integer of thousands of digits in ValueError.
    except (ValueError, RecursionError):
        raise HttpError(400, "The body is not valid JSON.") from None
    if not isinstance(parsed, dict):
        raise HttpError(400, "The body must be a JSON object.")
    return parsed


def answered(work: Callable[[], Response], logger: Logger, function_name: str) -> Response:
    """The response of `work`, or of what it raised.

    Raising is no way out: Lambda's runtime would print the exception without redaction. So Lambda
    counts no error either, and a fault of the function is counted here.

    Parameters:
        function_name: dimension of the metric `Faults`.
    """
    try:
        return work()
    except HttpError as error:
        log = logger.error if error.status >= 500 else logger.info
        log("refused", status=error.status, reason=error.message, detail=error.detail)
        if error.fault:
            emit({"FunctionName": function_name}, Faults=1)
        return error.response()
    except Exception:
        logger.exception("request failed")
        emit({"FunctionName": function_name}, Faults=1)
        return json_response(500, {"message": "Internal error; the function's log says why."})


def _text(event: Mapping[str, Any]) -> str:
    body = event.get("body")
    if not isinstance(body, str) or not body:
        raise HttpError(400, "The body is empty: send a JSON object.")
    # Where the gateway takes it for text, what is not UTF-8 in it was replaced.
    if body.startswith(("\x1f\x8b", "\x1f\ufffd")):
        raise HttpError(400, GZIP)
    if not event.get("isBase64Encoded"):
        return body
    # The gateway encodes bodies whose content type does not say that they are text.
    try:
        content = base64.b64decode(body, validate=True)
        if content.startswith(b"\x1f\x8b"):
            raise HttpError(400, GZIP)
        if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise HttpError(400, "The body is text in UTF-16: send JSON in UTF-8.")
        return content.decode("utf-8")
    except ValueError:
        raise HttpError(400, "The body is not text in UTF-8: send a JSON object.") from None
