"""What `make verify` prints and writes, and that it removes what it made."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from vis_assis.aws.cloud import Cloud
from vis_assis.errors import CommandError
from vis_assis.verify import run
from vis_assis.verify.run import FAILED, OK, SKIPPED, Line
from vis_assis.verify.session import Deviation, NotChecked, Session

LINES = [
    Line("paths", FAILED, 0.2, "/getmodelurl/ is answered 200, not 404", ["slash-in-front"]),
    Line("navigation", SKIPPED, 0.0, "the endpoint is Creating"),
    Line("removal", OK, 1.0, "nothing is left"),
]


@pytest.fixture
def session() -> Session:
    return Session(Cloud({}), {}, lambda _: None)


def test_a_failed_line_names_the_belief_and_what_to_do() -> None:
    failed, *belief, skipped, by_hand = run.remarks(LINES)
    assert failed == "paths failed: /getmodelurl/ is answered 200, not 404"
    assert "(slash-in-front): A path with one more slash" in belief[0]
    assert "To do: Correct docs/api.md" in belief[1]
    assert skipped == "navigation was skipped: the endpoint is Creating"
    assert by_hand.endswith("docs/aws_facts.md")


def test_the_table_fits_60_columns_and_no_name_is_cut() -> None:
    piped = io.StringIO()
    every = [Line(name, SKIPPED, 1234.5, "") for name in run.CHECKS]
    Console(file=piped, width=60).print(run.table(every))
    lines = piped.getvalue().splitlines()
    assert max(map(len, lines)) <= 60
    for name in run.CHECKS:
        assert any(f" {name} " in line and "1234.5" in line for line in lines)


def test_the_report_is_json(tmp_path: Path) -> None:
    run.write(LINES, "a stack", tmp_path / "build" / "verify.json")
    report = json.loads((tmp_path / "build" / "verify.json").read_text())
    assert report["stack"] == "a stack"
    assert report["failed"] == ["paths"]
    assert report["checks"][0] == {
        "check": "paths",
        "result": "failed",
        "seconds": 0.2,
        "found": "/getmodelurl/ is answered 200, not 404",
        "beliefs": ["slash-in-front"],
    }


def found(monkeypatch: pytest.MonkeyPatch, session: Session, error: BaseException) -> Line:
    def check(_: Session) -> str:
        raise error

    monkeypatch.setattr(run, "CHECKS", {"promotion": check})
    return run.verify(session)[0]


def test_what_no_belief_expects_doubts_all_beliefs_of_the_check(
    monkeypatch: pytest.MonkeyPatch, session: Session
) -> None:
    line = found(monkeypatch, session, KeyError("Containers"))
    assert (line.result, line.found) == (FAILED, "KeyError: 'Containers'")
    assert line.beliefs == ["approval-event", "principal-arn-of-a-function"]


def test_a_deviation_doubts_one_and_what_is_not_checked_none(
    monkeypatch: pytest.MonkeyPatch, session: Session
) -> None:
    line = found(monkeypatch, session, Deviation("approval-event", "no event"))
    assert (line.result, line.found, line.beliefs) == (FAILED, "no event", ["approval-event"])
    line = found(monkeypatch, session, NotChecked("it would do harm"))
    assert (line.result, line.found, line.beliefs) == (SKIPPED, "it would do harm", ())


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_whatever_ends_a_run_everything_is_removed(
    monkeypatch: pytest.MonkeyPatch, session: Session, error: type[BaseException]
) -> None:
    removed: list[str] = []
    session.made.callback(removed.append, "user")
    session.made.callback(removed.append, "version")
    with pytest.raises(error):
        found(monkeypatch, session, error())
    assert removed == ["version", "user"]


def test_a_failed_removal_is_told_and_the_others_go_on(
    monkeypatch: pytest.MonkeyPatch, session: Session
) -> None:
    removed: list[str] = []
    told: list[str] = []

    def refuse() -> None:
        raise CommandError("the version stays")

    session.made.callback(removed.append, "user")
    session.made.callback(refuse)
    session.report = told.append
    monkeypatch.setattr(run, "CHECKS", {})
    lines: list[Any] = run.verify(session)
    assert [(line.check, line.result) for line in lines] == [("removal", FAILED)]
    assert removed == ["user"]
    assert "the version stays" in told[-1]
