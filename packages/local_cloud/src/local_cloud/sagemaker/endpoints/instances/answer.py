"""An invocation, and how a container answered it."""

from __future__ import annotations

import json
from dataclasses import dataclass

JSON = "application/json"


@dataclass(frozen=True)
class Invocation:
    """Body and the headers that reach the container."""

    body: bytes
    content_type: str = JSON
    accept: str = ""


@dataclass(frozen=True)
class Answer:
    """What a container said.

    Parameters:
        status: HTTP status; 0 when it did not answer in time.
        content_type: of the body.
        body: of the response.
        seconds: time that the container took.
    """

    status: int
    content_type: str
    body: bytes
    seconds: float = 0.0

    @property
    def succeeded(self) -> bool:
        """Whether the status is a 2xx."""
        return 200 <= self.status < 300


def server_failure(message: str, seconds: float = 0.0) -> Answer:
    """A 500 in the words of the model server."""
    body = {"code": 500, "type": "InternalServerException", "message": message}
    return Answer(500, JSON, (json.dumps(body, indent=2) + "\n").encode(), seconds)


def timed_out(seconds: float) -> Answer:
    """No answer in time, in SageMaker's words."""
    message = (
        "Your invocation timed out while waiting for a response from container primary. Review "
        "the latency metrics for each container in Amazon CloudWatch, resolve the issue, and try "
        "again."
    )
    return Answer(0, "text/plain", message.encode(), seconds)
