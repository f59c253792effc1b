"""How results and errors leave the model server with the right HTTP status.

The Hugging Face inference toolkit (2.6.0, `handler_service.handle`) answers 400 to whatever an
`inference.py` raises, also to faults of its own, which would hide them from alarms on 5xx.
A status of one's own needs the context that the toolkit passes to functions with one more
parameter: so steps hand a `Failure` on instead of raising, and the last one sets its status.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Protocol, TypeVar

from .refusal import Refusal
from .request import JSON

logger = logging.getLogger(__name__)

T = TypeVar("T")


class Context(Protocol):
    """The part of `mms.context.Context` (multi-model-server 1.1.11) that is used."""

    @property
    def system_properties(self) -> dict[str, Any]: ...

    def set_response_status(self, code: int, phrase: str, idx: int) -> None: ...


@dataclass(frozen=True)
class Failure:
    """The end of a request that has no result.

    Args:
        status: HTTP status of the response.
        message: for the client.
    """

    status: int
    message: str


def attempt(step: Callable[[], T], context: Context | None) -> T | Failure:
    """Runs one step of a request.

    Args:
        step: raises Refusal for what the client did wrong; anything else is our fault (500).
        context: of the model server; without one there is no way to set a status, so that
            exceptions are left to the caller.
    """
    if context is None:
        return step()
    try:
        return step()
    except Refusal as refusal:
        return Failure(refusal.status, refusal.message)
    except Exception:
        logger.exception("The request failed.")
        return Failure(500, "The model failed on this request; the endpoint's log says why.")


def respond(result: dict[str, Any] | Failure, accept: str | None, context: Context | None) -> str:
    """The body of the response; sets the status of a failure.

    Args:
        result: what the steps gave.
        accept: value of the Accept header; only JSON is spoken.
    """
    if not isinstance(result, Failure) and not _takes_json(accept):
        result = Failure(406, f"Accept {accept!r} is not supported: accept {JSON}.")
    if not isinstance(result, Failure):
        return json.dumps(result)
    if context is None:
        raise Refusal(result.status, result.message)
    context.set_response_status(result.status, HTTPStatus(result.status).phrase, 0)
    return json.dumps({"code": result.status, "message": result.message})


def _takes_json(accept: str | None) -> bool:
    types = {part.partition(";")[0].strip().lower() for part in (accept or JSON).split(",")}
    return bool(types & {JSON, "application/*", "*/*"})
