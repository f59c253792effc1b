"""Two ways to the same result, run in turns; a ratio says more than a time on a shared machine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Any


class DifferentAnswersError(Exception):
    """The two ways of a comparison did not come to the same result."""


@dataclass(frozen=True)
class Outcome:
    """What one run came to.

    Parameters:
        answer: gives what must equal the other way's; called after the clock has stopped, so it
            may read back and clean up.
        bytes_moved: what the comparison counts as bytes; None where it counts none.
    """

    answer: Callable[[], Any]
    bytes_moved: int | None = None


@dataclass(frozen=True)
class Way:
    """One way to do it.

    Parameters:
        label: a few words for the table.
        run: does it once; its time is what is measured.
    """

    label: str
    run: Callable[[], Outcome]


@dataclass(frozen=True)
class Comparison:
    """Ours and the usual way under one setting."""

    name: str
    setting: str
    ours: Way
    usual: Way


@dataclass(frozen=True)
class Measured:
    """Medians of one way over all rounds.

    Parameters:
        answers: of every round; not part of the report.
    """

    label: str
    seconds: float
    bytes_moved: int | None
    answers: tuple[Any, ...]


@dataclass(frozen=True)
class Result:
    """Both ways of a comparison."""

    comparison: Comparison
    rounds: int
    ours: Measured
    usual: Measured

    @property
    def times_as_fast(self) -> float:
        """Seconds of the usual way divided by ours."""
        return self.usual.seconds / self.ours.seconds

    @property
    def times_the_bytes(self) -> float | None:
        """Bytes of the usual way divided by ours; None where none are counted or ours are 0."""
        if self.usual.bytes_moved is None or not self.ours.bytes_moved:
            return None
        return self.usual.bytes_moved / self.ours.bytes_moved


def compare(comparison: Comparison, rounds: int) -> Result:
    """Runs both ways in every round, the other one first each time.

    Errors: `DifferentAnswersError` when their answers differ in any round.
    """
    runs: dict[Way, list[tuple[float, Outcome, Any]]] = {comparison.ours: [], comparison.usual: []}
    for number in range(rounds):
        ways = (comparison.ours, comparison.usual)
        for way in ways if number % 2 == 0 else reversed(ways):
            runs[way].append(_timed(way))
        ours, usual = (runs[way][-1][2] for way in ways)
        if ours != usual:
            raise DifferentAnswersError(
                f"{comparison.name}, {comparison.setting}: {comparison.ours.label!r} gave "
                f"{ours!r}, {comparison.usual.label!r} gave {usual!r}; a ratio of the two means "
                "nothing until they agree"
            )
    return Result(
        comparison,
        rounds,
        _measured(comparison.ours, runs[comparison.ours]),
        _measured(comparison.usual, runs[comparison.usual]),
    )


def _timed(way: Way) -> tuple[float, Outcome, Any]:
    started = perf_counter()
    outcome = way.run()
    seconds = perf_counter() - started
    return seconds, outcome, outcome.answer()


def _measured(way: Way, runs: list[tuple[float, Outcome, Any]]) -> Measured:
    counted = [outcome.bytes_moved for _, outcome, _ in runs if outcome.bytes_moved is not None]
    return Measured(
        label=way.label,
        seconds=median(seconds for seconds, _, _ in runs),
        bytes_moved=round(median(counted)) if counted else None,
        answers=tuple(answer for _, _, answer in runs),
    )
