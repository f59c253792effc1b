"""How long one invocation may wait for resources that are busy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

SPARE_SECONDS = 20.0
"""Kept free at the end of an invocation, to report instead of being cut off."""

SHORTEST_PAUSE, LONGEST_PAUSE = 0.5, 15.0


@dataclass
class Patience:
    """Pauses that grow, as long as there is time.

    Parameters:
        seconds_left: time until the invocation is cut off.
        sleep: waits that many seconds.
    """

    seconds_left: Callable[[], float]
    sleep: Callable[[float], None]

    def is_over(self) -> bool:
        """Whether it is time to report."""
        return self.seconds_left() <= SPARE_SECONDS

    def wait(self, seconds: float) -> bool:
        """Waits that long; False when there is no time for it."""
        if self.seconds_left() <= SPARE_SECONDS + seconds:
            return False
        self.sleep(max(seconds, 0))
        return True

    def pause(self, attempt: int) -> bool:
        """Waits before look number `attempt` (from 1); False when there is no time for it."""
        return self.wait(min(SHORTEST_PAUSE * 2 ** (attempt - 1), LONGEST_PAUSE))
