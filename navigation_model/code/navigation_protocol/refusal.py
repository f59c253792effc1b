"""The one way to turn a request down."""

from __future__ import annotations


class Refusal(Exception):  # noqa: N818 - not an error of ours
    """A request that the client has to change.

    Args:
        status: HTTP status, 400-499.
        message: what was wrong and what to send instead; never quotes image data.
    """

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
