"""What the page says of a model's way to production, and the commands beside it."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from common.model_index import Model
from vis_assis import __main__ as main
from vis_assis.aws.health import Alarm, Queue
from vis_assis.aws.model_status import Refused
from vis_assis.aws.navigation import Release
from vis_assis.aws.registry import Execution, Version
from vis_assis.cli.status_command import ModelLine, Status
from vis_assis.console import snapshot
from vis_assis.console.snapshot import DONE, FAILED, NOW, WAITING

START = datetime(2026, 1, 1, tzinfo=UTC)
LETTERS = "promote-dead-letters.fifo"


def run(status: str, *, hour: int = 0, reason: str = "") -> Execution:
    return Execution("e1", status, START + timedelta(hours=hour), 60, reason)


def version(approval: str) -> Version:
    moment = START + timedelta(minutes=1)
    return Version(1, "arn", approval, moment, moment, 1, "0", "a/b", "0", "MIT", "", "", "")


SERVED = Model("registry", "k", "v", "e", 1, "0", START.isoformat(), version=1, package_arn="arn")
REFUSED = Refused("depth", "version 1", "broken zip", "")
NOTHING: list[Version] = []


@pytest.mark.parametrize(
    ("runs", "versions", "served", "refused", "states"),
    [
        ([], NOTHING, None, [], [WAITING, WAITING, WAITING, WAITING]),
        ([run("Executing")], NOTHING, None, [], [NOW, WAITING, WAITING, WAITING]),
        ([run("Failed", reason="no")], NOTHING, None, [], [FAILED, WAITING, WAITING, WAITING]),
        (
            [run("Succeeded")],
            [version("PendingManualApproval")],
            None,
            [],
            [DONE, DONE, WAITING, WAITING],
        ),
        ([run("Succeeded")], [version("Approved")], None, [], [DONE, DONE, DONE, NOW]),
        ([run("Succeeded")], [version("Approved")], SERVED, [], [DONE, DONE, DONE, DONE]),
        ([run("Succeeded")], [version("Approved")], None, [REFUSED], [DONE, DONE, DONE, FAILED]),
        ([run("Succeeded")], [version("Rejected")], None, [], [DONE, DONE, FAILED, WAITING]),
        # Of a restored backup, and the newer run beside the version before it.
        ([], [version("Approved")], SERVED, [], [DONE, DONE, DONE, DONE]),
        ([run("Executing", hour=1)], [version("Approved")], SERVED, [], [NOW, *[WAITING] * 3]),
    ],
)
def test_the_way_to_production(
    runs: list[Execution],
    versions: list[Version],
    served: Model | None,
    refused: list[Refused],
    states: list[str],
) -> None:
    line = ModelLine("depth", served, [], runs[0] if runs else None)
    known = {(item.model_type, item.name): item for item in refused}
    way = list(snapshot._way(line, runs, versions, known))
    assert [stage.state for stage in way] == states
    told = " ".join(stage.text for stage in way)
    reasons = [run.reason for run in runs] + [item.reason for item in refused]
    assert all(reason in told for reason in reasons)


def test_every_command_is_one_of_the_command_line() -> None:
    nothing: dict[str, Any] = {field.name: [] for field in fields(Status)}
    release = Release("0" * 32, "superseded", 1, START.isoformat(), "", available=True)
    status = replace(
        Status(**nothing),
        navigation=[release],
        queues=[Queue(LETTERS, 1), Queue("promote.fifo", 3)],
        alarms=[Alarm("stack-promote-model-failures", "", "")],
    )
    names = {"promote_model": "stack-promote-model", "model_urls": "stack-model-urls"}
    beside = snapshot._commands(status, {"function_names": names})
    assert {key: len(found) for key, found in beside.items()} == {
        "navigation": 2,
        LETTERS: 2,
        "stack-promote-model-failures": 1,
    }
    line = ModelLine("depth", SERVED, [2], run("Failed"))
    known = get_command(main.app)
    for found in [
        *snapshot._model_commands(line),
        *(item for row in beside.values() for item in row),
    ]:
        program, *words = found.command.split()
        assert program == "vis-assis"
        command = known
        while isinstance(command, TyperGroup):
            command = command.commands[words.pop(0)]
        command.make_context("", words)
