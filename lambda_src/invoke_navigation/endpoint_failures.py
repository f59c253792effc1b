"""What a failed invocation of the endpoint means to the client."""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,
    HTTPClientError,
    IncompleteReadError,
    ReadTimeoutError,
)

from common.aws_errors import code, is_denied
from common.http_api import HttpError

# A model takes minutes to start, a busy one seconds to catch up.
STARTING_RETRY_SECONDS = 30
BUSY_RETRY_SECONDS = 2
_THROTTLED = frozenset(
    {"Throttling", "ThrottlingException", "ThrottledException", "TooManyRequestsException"}
)
# ValidationError is how SageMaker says that there is no such endpoint. It cannot be the client's
# doing: everything that the client sends has been checked before.
_NOT_THERE = frozenset({"ValidationError", "ValidationException", "ModelNotReadyException"})
# What else botocore raises comes from this side, such as credentials or a name that cannot be.
_NETWORK = (ConnectionError, HTTPClientError, IncompleteReadError)


def is_overtaken(error: Exception) -> bool:
    """Whether the model left the request out for a newer one of the same caller."""
    return _model_said(error, 409)


def knows_no_sender(error: Exception) -> bool:
    """Whether the release was packed before requests told whose they are."""
    return _model_said(error, 400, "Unknown field 'caller'")


def _model_said(error: Exception, status: int, beginning: str = "") -> bool:
    if not isinstance(error, ClientError) or error.response.get("OriginalStatusCode") != status:
        return False
    reason = _refusal(error.response)
    return bool(reason) and reason.startswith(beginning)


def explain(error: BotoCoreError | ClientError | TimeoutError) -> HttpError:
    """The answer to give instead.

    Parameters:
        error: what botocore raised, or `TimeoutError` when the time was up.
    """
    if isinstance(error, TimeoutError | ReadTimeoutError):
        return HttpError(
            504,
            "The model did not answer in time; try again.",
            retry_after=BUSY_RETRY_SECONDS,
            detail=type(error).__name__,
        )
    if isinstance(error, ClientError):
        return _refused_by_service(error)
    reason = f"{type(error).__name__}: {error}"
    if isinstance(error, _NETWORK):
        return _unavailable(reason, BUSY_RETRY_SECONDS)
    return _not_set_up(reason)


def _refused_by_service(error: ClientError) -> HttpError:
    name = code(error)
    if name == "ModelError":
        return _model_error(error.response)
    if name in _NOT_THERE:
        return _unavailable(str(error), STARTING_RETRY_SECONDS)
    if name in _THROTTLED or _status(error.response) == 429:
        return _busy(name)
    if is_denied(error) or _status(error.response) == 403:
        return _not_set_up(str(error))
    return _unavailable(str(error), BUSY_RETRY_SECONDS)


def _model_error(response: Any) -> HttpError:
    # The message is the container's: the log stream has it, and it may quote what was sent.
    status = response.get("OriginalStatusCode")
    detail = f"ModelError {status}, see {response.get('LogStreamArn')}"
    if status == 429:
        return _busy(detail)
    if status == 503:
        return _unavailable(detail, BUSY_RETRY_SECONDS)
    if status == 413 and _refusal(response):
        return HttpError(413, "image_data has too many pixels: send a smaller one.", detail=detail)
    if status == 400 and _refusal(response):
        return HttpError(
            400,
            "image_data cannot be read by the model: send a whole PNG, JPEG or WebP image.",
            detail=detail,
        )
    return HttpError(502, "The model failed on this request.", detail=detail)


def _refusal(response: Any) -> str:
    """Why the model turned the request down, in its protocol's words; "" if it did not.

    The container also answers 400 to faults of its own, with one field more.
    """
    try:
        body = json.loads(response.get("OriginalMessage", ""))
    except (TypeError, ValueError, RecursionError):
        return ""
    if not isinstance(body, dict) or set(body) != {"code", "message"}:
        return ""
    return f"{body['message']}" if body["code"] == response.get("OriginalStatusCode") else ""


def _busy(detail: str) -> HttpError:
    return HttpError(
        429,
        "The model has too much to do; try again.",
        retry_after=BUSY_RETRY_SECONDS,
        detail=detail,
    )


def _not_set_up(detail: str) -> HttpError:
    # Not 503: trying again changes nothing until the function is corrected.
    return HttpError(
        502,
        "The navigation model cannot be asked; the backend is not set up for it.",
        detail=detail,
        fault=True,
    )


def _unavailable(detail: str, retry_after: int) -> HttpError:
    return HttpError(
        503,
        "The navigation model is not available; try again later.",
        retry_after=retry_after,
        detail=detail,
    )


def _status(response: Any) -> Any:
    return response.get("ResponseMetadata", {}).get("HTTPStatusCode")
