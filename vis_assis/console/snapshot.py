"""What the page shows: `status --json`, each model's history, latencies, and commands to copy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from vis_assis.aws import latencies, model_status, registry
from vis_assis.cli import status_command
from vis_assis.cli.deployed import Deployed
from vis_assis.cli.status_command import ModelLine, Status

MOST = 3  # executions and versions of each model
DONE, NOW, WAITING, FAILED = "done", "under way", "waiting", "failed"


@dataclass(frozen=True)
class Stage:
    """A part of the way from pipeline run to production.

    Attributes:
        state: done, under way, waiting or failed.
        at: when it was reached, or began; None when it was not.
        text: what there is to say beside that.
    """

    name: str
    state: str
    at: datetime | None = None
    text: str = ""


@dataclass(frozen=True)
class Command:
    """What one may want to do next.

    Attributes:
        purpose: what for.
        command: to copy into a shell.
    """

    purpose: str
    command: str


@dataclass(frozen=True)
class ModelHistory:
    """What led to a model's status.

    Attributes:
        way: of its newest execution or version to production.
        executions: as `history --json` has them, as are the versions.
    """

    way: list[Stage]
    executions: list[registry.Execution]
    versions: list[registry.Version]
    commands: list[Command]


@dataclass(frozen=True)
class Snapshot:
    """All that the page shows.

    Attributes:
        where: AWS, or which local cloud.
        history: by model type.
        commands: by what they are for: navigation, an alarm's or a dead-letter queue's name.
        refresh_seconds: how long it counts as new.
    """

    where: str
    read_at: datetime
    refresh_seconds: float
    status: Status
    history: dict[str, ModelHistory]
    latencies: list[latencies.Latency]
    commands: dict[str, list[Command]]


def read(stack: Deployed) -> Snapshot:
    """Asks the account for all of it; about twenty calls for each model."""
    outputs = stack.outputs
    with ThreadPoolExecutor() as pool:
        status = pool.submit(status_command.read, stack)
        measured = pool.submit(latencies.read, stack.cloud.client("cloudwatch"), outputs)
        histories = list(pool.map(_recent(stack), sorted(outputs["pipeline_names"])))
    shown = status.result()
    refused = {(item.model_type, item.name): item for item in shown.refused}
    history = {}
    for line, (executions, versions) in zip(shown.models, histories, strict=True):
        history[line.type] = ModelHistory(
            way=list(_way(line, executions, versions, refused)),
            executions=executions,
            versions=versions,
            commands=list(_model_commands(line)),
        )
    return Snapshot(
        where=stack.target.where,
        read_at=datetime.now(UTC),
        refresh_seconds=5 if stack.target.is_local else 30,
        status=shown,
        history=history,
        latencies=measured.result(),
        commands=_commands(shown, outputs),
    )


Recent = tuple[list[registry.Execution], list[registry.Version]]


def _recent(stack: Deployed) -> Callable[[str], Recent]:
    outputs, sagemaker = stack.outputs, stack.cloud.client("sagemaker")

    def recent(name: str) -> Recent:
        group = outputs["model_package_group_names"][name]
        return (
            registry.executions(sagemaker, outputs["pipeline_names"][name], MOST),
            list(islice(registry.versions(sagemaker, group), MOST)),
        )

    return recent


def _way(
    line: ModelLine,
    executions: list[registry.Execution],
    versions: list[registry.Version],
    refused: dict[tuple[str, str], model_status.Refused],
) -> Iterator[Stage]:
    """From the newest execution, and the version that it registered, to production."""
    run = executions[0] if executions else None
    version = versions[0] if versions else None
    if run and version and version.created < run.started:
        version = None
    if run is None:
        yield Stage("Pipeline run", DONE if version else WAITING)
    else:
        state = {"Succeeded": DONE, "Executing": NOW, "Stopping": NOW}.get(run.status, FAILED)
        told = run.reason or f"{run.status.lower()} after {run.seconds:.0f} s"
        yield Stage("Pipeline run", state, run.started, told if state != NOW else "")
    if version is None:
        yield from (Stage(name, WAITING) for name in ("Registered", "Approved", "In production"))
        return
    yield Stage("Registered", DONE, version.created, f"version {version.version}")
    if version.approval == registry.PENDING:
        yield Stage("Approved", WAITING, None, "waits for you")
    else:
        rejected = version.approval == "Rejected"
        text = version.note or ("rejected" if rejected else "")
        yield Stage("Approved", FAILED if rejected else DONE, version.changed, text)
    refusal = refused.get((line.type, f"version {version.version}"))
    if line.served and line.served.package_arn == version.arn:
        yield Stage("In production", DONE, datetime.fromisoformat(line.served.since))
    elif refusal:
        yield Stage("In production", FAILED, None, refusal.reason)
    else:
        yield Stage("In production", NOW if version.approval == "Approved" else WAITING)


def _model_commands(line: ModelLine) -> Iterator[Command]:
    for number in line.pending:
        yield Command(
            f"approve version {number}", f"vis-assis approve {line.type} --version {number}"
        )
        yield Command(
            f"reject version {number}", f"vis-assis reject {line.type} --version {number}"
        )
    if line.served and line.served.version:
        number = line.served.version
        yield Command(
            f"withdraw version {number}", f"vis-assis reject {line.type} --version {number}"
        )
    if line.execution and line.execution.status != "Succeeded":
        yield Command("read its log", f"vis-assis logs --correlation {line.execution.id}")
    yield Command("run the pipeline", f"vis-assis run {line.type} --wait")
    yield Command("see all executions and versions", f"vis-assis history {line.type}")


def _commands(status: Status, outputs: dict[str, Any]) -> dict[str, list[Command]]:
    found = {
        "navigation": [
            Command("publish a release", "vis-assis navigation publish FILE"),
            *(
                Command(
                    f"go back to {row.release[:8]}", f"vis-assis navigation rollback {row.release}"
                )
                for row in status.navigation
                if row.available and row.state != "serving"
            ),
        ]
    }
    for queue in status.queues:
        if queue.messages and "dead-letters" in queue.name:
            found[queue.name] = [
                Command("see the messages", f"vis-assis dead-letters show {queue.name}"),
                Command("hand them back", f"vis-assis dead-letters redrive {queue.name}"),
            ]
    for alarm in status.alarms:
        found[alarm.name] = [
            Command(f"read the log of {package}", f"vis-assis logs {package}")
            for package, function in outputs["function_names"].items()
            if alarm.name.startswith(f"{function}-")
        ]
    return found
