"""Takes every check in turn, removes what was made, and tells what was found."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError
from rich.table import Table

from common.errors import VisAssisError
from vis_assis.build.environments import ROOT
from vis_assis.errors import CommandError
from vis_assis.terraform.interruption import uninterrupted
from vis_assis.verify import api, beliefs, edge, navigation, services
from vis_assis.verify.beliefs import Belief
from vis_assis.verify.session import Deviation, NotChecked, Session

FILE = ROOT / "build" / "verify.json"
CHECKS: Mapping[str, Callable[[Session], str]] = {
    "sign-in": api.sign_in,
    "tokens": api.tokens,
    "paths": api.paths,
    "large-body": api.large_body,
    "origins": api.origins,
    "versions": services.versions,
    "checksums": services.checksums,
    "writers": services.writers,
    "missing": services.missing,
    "signature": services.signature,
    "pipeline": edge.pipeline,
    "registration": edge.registration,
    "promotion": edge.promotion,
    "download": edge.download,
    "withdrawal": edge.withdrawal,
    "navigation": navigation.ask,
}
OK, FAILED, SKIPPED = "ok", "failed", "skipped"
UNEXPECTED = (
    BotoCoreError,
    ClientError,
    CommandError,
    LookupError,
    OSError,
    TypeError,
    ValueError,
    VisAssisError,
)
"""What a check meets when AWS answers in another way than any belief says."""


@dataclass(frozen=True)
class Line:
    """What one check found.

    Args:
        check: its name.
        result: OK, FAILED or SKIPPED.
        seconds: how long it took.
        found: in a few words.
        beliefs: ids of the beliefs that may be wrong.
    """

    check: str
    result: str
    seconds: float
    found: str
    beliefs: Sequence[str] = ()


def verify(session: Session) -> list[Line]:
    """Takes the checks one after the other and removes what they made, interrupted or not.

    Args:
        session: of a deployed stack.
    """
    lines = []
    try:
        for name, check in CHECKS.items():
            lines.append(_line(name, lambda check=check: check(session)))  # type: ignore[misc]
            session.report(f"{name}: {lines[-1].result}")
    finally:
        with uninterrupted():
            session.report("Removing what was made")
            lines.append(_line("removal", session.remove))
            if lines[-1].result == FAILED:
                session.report(f"Not everything was removed: {lines[-1].found}")
    return lines


def _line(name: str, check: Callable[[], str]) -> Line:
    began = time.monotonic()
    doubted: Sequence[str] = ()
    try:
        result, found = OK, check()
    except NotChecked as reason:
        result, found = SKIPPED, str(reason)
    except Deviation as deviation:
        result, found, doubted = FAILED, str(deviation), [deviation.belief]
    except UNEXPECTED as error:
        result, found = FAILED, f"{type(error).__name__}: {error}"
        doubted = [item.id for item in beliefs.load() if item.check == name]
    return Line(name, result, round(time.monotonic() - began, 1), found, doubted)


def write(lines: Sequence[Line], stack: str, file: Path = FILE) -> None:
    """Writes what was found as JSON.

    Args:
        lines: what `verify` found.
        stack: which one, for the reader.
        file: where to.
    """
    report = {
        "stack": stack,
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "failed": [line.check for line in lines if line.result == FAILED],
        "checks": [asdict(line) for line in lines],
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(report, indent=2) + "\n")


def table(lines: Sequence[Line]) -> Table:
    """Which checks passed."""
    shown = Table()
    for title in ("Check", "Result", "Seconds"):
        shown.add_column(title, no_wrap=True, justify="right" if title == "Seconds" else "left")
    for line in lines:
        shown.add_row(line.check, line.result, f"{line.seconds:.1f}")
    return shown


def remarks(lines: Sequence[Line]) -> Iterator[str]:
    """What is to be said below the table: skipped checks, failed ones with what to do."""
    known: dict[str, Belief] = {item.id: item for item in beliefs.load()}
    for line in lines:
        if line.result == SKIPPED:
            yield f"{line.check} was skipped: {line.found}"
        if line.result == FAILED:
            yield f"{line.check} failed: {line.found}"
            for belief in (known[name] for name in line.beliefs):
                yield f"  believed ({belief.id}): {belief.belief}"
                yield f"  depends on it: {belief.depends}. To do: {belief.remedy}"
    left = sum(item.is_by_hand for item in known.values())
    yield f"{left} more beliefs can be looked at by hand only: docs/aws_facts.md"
