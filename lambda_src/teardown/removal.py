"""Removes everything of one kind and says what is left, whatever the kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from botocore.exceptions import BotoCoreError, ClientError

from teardown.errors import Busy
from teardown.patience import Patience

ATTEMPTS = 5
"""Tries after which a refusal is taken for final; throttling and new permissions pass sooner."""


class Kind(Protocol):
    """A kind of resource that a stack leaves behind."""

    @property
    def title(self) -> str:
        """What one of them is called in a report, such as "model"."""

    def find(self) -> list[str]:
        """Names of all that exist and belong to the stack, those on their way out included."""

    def remove(self, name: str) -> None:
        """Asks for the removal of one; raises `Busy` when it has to wait."""


@dataclass(frozen=True)
class Outcome:
    """What became of one kind.

    Parameters:
        removed: names that are gone now.
        waiting: what those that are still there are doing, by name.
        refused: why the others could not be removed, by name.
    """

    title: str
    removed: tuple[str, ...]
    waiting: Mapping[str, str]
    refused: Mapping[str, str]

    @property
    def is_complete(self) -> bool:
        return not self.waiting and not self.refused


def remove_all(kind: Kind, patience: Patience) -> Outcome:
    """Removes all of one kind and looks until nothing of it is left or the time is up.

    What is listed decides, not what a call answered: a refusal of something that is gone by the
    next look counts for nothing.
    """
    seen: set[str] = set()
    refusals: dict[str, int] = {}
    attempt = 0
    while True:
        attempt += 1
        try:
            found = kind.find()
        except (ClientError, BotoCoreError) as exc:
            return Outcome(kind.title, (), {}, {"(all of them)": f"cannot be listed: {exc}"})
        seen.update(found)
        waiting, refused = _ask(kind, found, patience)
        for name in refused:
            refusals[name] = refusals.get(name, 0) + 1
        hopeless = bool(found) and all(refusals.get(name, 0) >= ATTEMPTS for name in found)
        if not found or hopeless or not patience.pause(attempt):
            return Outcome(kind.title, tuple(sorted(seen - set(found))), waiting, refused)


def _ask(kind: Kind, names: list[str], patience: Patience) -> tuple[dict[str, str], dict[str, str]]:
    waiting: dict[str, str] = {}
    refused: dict[str, str] = {}
    for name in names:
        if patience.is_over():
            waiting[name] = "not reached in time"
            continue
        try:
            kind.remove(name)
        except Busy as busy:
            waiting[name] = str(busy)
        except (ClientError, BotoCoreError) as exc:
            refused[name] = str(exc)
        else:
            waiting[name] = "being removed"
    return waiting, refused
