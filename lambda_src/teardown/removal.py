"""Removes everything of one kind, whatever the kind, and says what is left."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from teardown.errors import Busy, TeardownIncomplete

ATTEMPTS = 5
"""Tries after which a refusal is taken for final; throttling and new permissions pass sooner."""

SPARE_SECONDS = 20.0
"""Kept free at the end of an invocation, to report instead of being cut off."""

LONGEST_PAUSE = 15.0


@dataclass(frozen=True)
class Leftover:
    """One resource that Terraform did not create.

    Attributes:
        name: what a report calls it.
        remove: asks AWS to remove it; may raise `Busy`.
        busy: its status while it is in a transition, which AWS removes nothing in.
    """

    name: str
    remove: Callable[[], object]
    busy: str = ""


@dataclass(frozen=True)
class Kind:
    """A kind of resource that a stack leaves behind.

    Attributes:
        title: what a report calls one of them, such as "model".
        find: lists all that exist and belong to the stack, those being removed included.
    """

    title: str
    find: Callable[[], Iterable[Leftover]]


@dataclass(frozen=True)
class Deadline:
    """How long one invocation may wait.

    Attributes:
        seconds_left: time until the invocation is cut off.
        sleep: waits that many seconds.
    """

    seconds_left: Callable[[], float]
    sleep: Callable[[float], None]

    def has_passed(self, pause: float = 0) -> bool:
        """Whether it is time to report, at the latest after that pause."""
        return self.seconds_left() <= SPARE_SECONDS + pause


def items(client: Any, operation: str, field: str, **arguments: Any) -> Iterator[Any]:
    """Yields every entry below `field` of every page of a list operation."""
    for page in client.get_paginator(operation).paginate(**arguments):
        yield from page.get(field, ())


def remove_all(kind: Kind, deadline: Deadline) -> list[str]:
    """Removes all of one kind, and looks again until none is left.

    What is listed decides, not what a call answered: a refusal of something that is gone by the
    next look counts for nothing.

    Returns:
        Names of what is gone.

    Raises:
        TeardownIncomplete: when time is up or all that is left was refused too often; says why.
    """
    seen: set[str] = set()
    refusals: dict[str, int] = {}
    pause = 0.5
    while True:
        try:
            found = list(kind.find())
        except (ClientError, BotoCoreError) as exc:
            raise TeardownIncomplete(
                f"{kind.title} (all of them): cannot be listed: {exc}"
            ) from exc
        if not found:
            return sorted(seen)
        seen.update(leftover.name for leftover in found)
        reasons = {}
        for leftover in found:
            reasons[leftover.name], is_refused = _ask(leftover, deadline)
            refusals[leftover.name] = refusals.get(leftover.name, 0) + is_refused
        is_hopeless = all(refusals[leftover.name] >= ATTEMPTS for leftover in found)
        if is_hopeless or deadline.has_passed(pause):
            lines = [f"{kind.title} {name}: {reason}" for name, reason in sorted(reasons.items())]
            raise TeardownIncomplete("; ".join(lines))
        deadline.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)


def _ask(leftover: Leftover, deadline: Deadline) -> tuple[str, bool]:
    """Why it is still there, and whether that is a refusal."""
    if leftover.busy:
        return f"is {leftover.busy}", False
    if deadline.has_passed():
        return "not reached in time", False
    try:
        leftover.remove()
    except Busy as busy:
        return str(busy), False
    except (ClientError, BotoCoreError) as exc:
        return str(exc), True
    return "being removed", False
