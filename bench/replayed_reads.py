"""Answers S3 reads as the local cloud once did, at any number at once, as S3 does.

The local cloud answers one request after another in one process: calls made at the same time
would measure its queue. Building, signing and parsing of every call stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from time import sleep
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.httpsession import URLLib3Session


class ReplayedReads:
    """Asks for the first answer to each read, and repeats that from then on.

    Parameters:
        latency_seconds: waited before each answer, in the caller's thread.
    """

    def __init__(self, latency_seconds: float) -> None:
        self._latency_seconds = latency_seconds
        self._session = URLLib3Session(proxies={})
        self._answers: dict[tuple[str, str], Any] = {}

    def attach(self, s3: Any) -> None:
        """Makes this client's reads go through here; signatures are in headers, not in URLs."""
        s3.meta.events.register("before-send.s3", self._answer)

    def _answer(self, request: Any, **_: Any) -> Any:
        if request.method not in {"GET", "HEAD"}:
            raise ValueError(f"{request.method} changes something: only reads can be replayed")
        sleep(self._latency_seconds)
        key = (request.method, request.url)
        if key not in self._answers:
            answer = self._session.send(request)
            self._answers[key] = (answer.status_code, answer.headers, answer.content)
        status, headers, content = self._answers[key]
        # Anew each time: the body of an object is read as a stream, once.
        return AWSResponse(request.url, status, headers, _Body(content))


class _Body(BytesIO):
    """A body as urllib3 gives it."""

    def stream(self) -> Iterator[bytes]:
        yield self.read()
