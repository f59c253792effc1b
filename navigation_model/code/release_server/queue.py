"""Who is next for the model: callers take turns, and what a newer request overtakes leaves."""

from __future__ import annotations

from asyncio import Future
from dataclasses import dataclass
from itertools import count

from navigation_protocol.request import OVERTAKEN, Sender
from release_server.functions import Answer, failure

# Each may hold a body of 6 MB; no instance answers as many within the 60 s of InvokeEndpoint.
MAX_WAITING = 64
MAX_WAITING_OF_ONE = 8


@dataclass(eq=False)
class Asked:
    """A request, and the answer that its caller waits for."""

    sender: Sender
    body: bytes
    headers: dict[str, str]
    answer: Future[Answer]

    def overtakes(self, other: Asked) -> bool:
        ours, theirs = self.sender, other.sender
        if ours.caller != theirs.caller or ours.sequence is None or theirs.sequence is None:
            return False
        return ours.sequence > theirs.sequence


class Queue:
    """Requests that wait or run. Those without a caller share one turn, in order of arrival.

    Args:
        at_once: how many may run.
    """

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._waiting: list[Asked] = []
        self._running: list[Asked] = []
        self._turns: dict[str | None, int] = {}
        self._turn = count(1)

    def join(self, new: Asked) -> None:
        """Lets a request wait, or answers it, or one that it overtakes."""
        self._waiting = [asked for asked in self._waiting if not asked.answer.done()]
        caller = new.sender.caller
        for asked in [asked for asked in self._waiting if new.overtakes(asked)]:
            self._waiting.remove(asked)
            asked.answer.set_result(_OVERTAKEN)
        own = sum(asked.sender.caller == caller for asked in self._waiting)
        if any(asked.overtakes(new) for asked in (*self._waiting, *self._running)):
            new.answer.set_result(_OVERTAKEN)
        elif len(self._waiting) == MAX_WAITING or (caller and own == MAX_WAITING_OF_ONE):
            new.answer.set_result(failure(429, "Too many requests wait for the model."))
        else:
            self._waiting.append(new)

    def take(self) -> Asked | None:
        """The request to run now; None when there is none, or enough run."""
        self._waiting = [asked for asked in self._waiting if not asked.answer.done()]
        if not self._waiting or len(self._running) == self._at_once:
            return None
        callers = {asked.sender.caller for asked in self._waiting}
        self._turns = {caller: turn for caller, turn in self._turns.items() if caller in callers}
        chosen = min(self._waiting, key=lambda asked: self._turns.get(asked.sender.caller, 0))
        self._turns[chosen.sender.caller] = next(self._turn)
        self._waiting.remove(chosen)
        self._running.append(chosen)
        return chosen

    def leave(self, asked: Asked) -> None:
        """A request has been run."""
        self._running.remove(asked)


_OVERTAKEN = failure(OVERTAKEN, "A newer request of this caller has arrived.")
