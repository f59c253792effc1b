"""Time in seconds that passes only while somebody sleeps."""

from __future__ import annotations


class Seconds:
    """A clock of one Lambda invocation.

    Parameters:
        limit: seconds after which the invocation would be cut off.
    """

    def __init__(self, limit: float = 900) -> None:
        self.now, self.start, self.limit = 0.0, 0.0, limit

    def begin(self) -> None:
        """The next invocation starts."""
        self.start = self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def left(self) -> float:
        return self.limit - (self.now - self.start)
