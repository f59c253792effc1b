"""Time in seconds that passes only while somebody sleeps."""

from __future__ import annotations

from collections.abc import Callable


class Seconds:
    """A clock of one Lambda invocation.

    Parameters:
        limit: seconds after which the invocation would be cut off.
    """

    def __init__(self, limit: float = 900) -> None:
        self.now, self.start, self.limit = 0.0, 0.0, limit
        self.due: dict[float, Callable[[], object]] = {}

    def begin(self) -> None:
        """The next invocation starts."""
        self.start = self.now

    def at(self, moment: float, action: Callable[[], object]) -> None:
        """Lets somebody else act at that second, while the invocation sleeps."""
        self.due[moment] = action

    def sleep(self, seconds: float) -> None:
        end = self.now + seconds
        for moment in sorted(moment for moment in self.due if moment <= end):
            self.now = max(self.now, moment)
            self.due.pop(moment)()
        self.now = end

    def left(self) -> float:
        return self.limit - (self.now - self.start)
