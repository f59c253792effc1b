"""What a failed invocation of the endpoint means to the client."""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, ReadTimeoutError

from common.aws_errors import code
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
    if not isinstance(error, ClientError):
        return _unavailable(f"{type(error).__name__}: {error}", BUSY_RETRY_SECONDS)
    name = code(error)
    if name == "ModelError":
        return _model_error(error.response)
    if name in _NOT_THERE:
        return _unavailable(str(error), STARTING_RETRY_SECONDS)
    if name in _THROTTLED or _status(error.response) == 429:
        return _busy(name)
    return _unavailable(str(error), BUSY_RETRY_SECONDS)


def _model_error(response: Any) -> HttpError:
    # The message is the container's: the log stream has it, and it may quote what was sent.
    status = response.get("OriginalStatusCode")
    detail = f"ModelError {status}, see {response.get('LogStreamArn')}"
    if status == 429:
        return _busy(detail)
    if status == 503:
        return _unavailable(detail, BUSY_RETRY_SECONDS)
    if status == 413 and _refused(response, status):
        return HttpError(413, "image_data has too many pixels: send a smaller one.", detail=detail)
    if status == 400 and _refused(response, status):
        return HttpError(
            400,
            "image_data cannot be read by the model: send a whole PNG or JPEG image.",
            detail=detail,
        )
    return HttpError(502, "The model failed on this request.", detail=detail)


def _refused(response: Any, status: int) -> bool:
    """Whether the model turned the image down in its protocol's words.

    The container also answers 400 to faults of its own, with one field more.
    """
    try:
        body = json.loads(response.get("OriginalMessage", ""))
    except (TypeError, ValueError, RecursionError):
        return False
    return isinstance(body, dict) and set(body) == {"code", "message"} and body["code"] == status


def _busy(detail: str) -> HttpError:
    return HttpError(
        429,
        "The model has too much to do; try again.",
        retry_after=BUSY_RETRY_SECONDS,
        detail=detail,
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
