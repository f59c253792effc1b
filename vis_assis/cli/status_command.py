"""`vis-assis status`: the whole stack on one screen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from common.model_index import Model
from vis_assis.aws import cost, health, model_status, navigation, registry
from vis_assis.cli.deployed import Deployed, deployed_stack
from vis_assis.cli.one_line import say
from vis_assis.cli.output import AsJson, joined, minute, print_json, size
from vis_assis.cli.stack_commands import StateDir
from vis_assis.stack.target import LOCAL_STATE_DIR


@dataclass(frozen=True)
class ModelLine:
    """What there is of a model type.

    Attributes:
        served: what users get; None when that is nothing.
        pending: numbers of the versions that wait for approval, the newest first.
        execution: the latest one; None when there was none.
    """

    type: str
    served: Model | None
    pending: list[int]
    execution: registry.Execution | None


@dataclass(frozen=True)
class Status:
    """What a stack serves, and what asks for attention."""

    stack: str
    account: str
    region: str
    api_url: str
    models: list[ModelLine]
    refused: list[model_status.Refused]
    ignored: list[model_status.Ignored]
    navigation: list[navigation.Release]
    instances: int | None
    queues: list[health.Queue]
    alarms: list[health.Alarm]
    cost: cost.Cost


def status_command(*, as_json: AsJson = False, state_dir: StateDir = LOCAL_STATE_DIR) -> None:
    """Shows models, navigation, queues and alarms, and what to do next.

    Example: vis-assis status --json
    """
    with deployed_stack("status", state_dir) as stack:
        status = read(stack)
        if as_json:
            print_json(status)
            return
        for line in lines(status):
            say(line)


def read(stack: Deployed) -> Status:
    """Asks the account for all of it."""
    outputs, client = stack.outputs, stack.cloud.client
    s3, sagemaker, bucket = client("s3"), client("sagemaker"), outputs["production_bucket"]
    types, uploads = sorted(outputs["pipeline_names"]), outputs["navigation_upload_bucket"]
    served = model_status.served(s3, bucket)
    return Status(
        stack=outputs["stack_name"],
        account=outputs["account_id"],
        region=outputs["region"],
        api_url=outputs["api_url"],
        models=[_model(sagemaker, outputs, name, served.get(name)) for name in types],
        refused=model_status.refused(s3, bucket, types),
        ignored=[
            *model_status.ignored_models(s3, bucket, types),
            *model_status.ignored_releases(s3, uploads),
        ],
        navigation=navigation.status(s3, uploads),
        instances=navigation.instances(sagemaker, outputs["navigation_endpoint_name"]),
        queues=health.queues(client("sqs"), outputs),
        alarms=health.ringing(client("cloudwatch"), outputs["alarm_topic_arn"]),
        cost=cost.estimate(stack.cloud, outputs),
    )


def lines(status: Status) -> Iterator[str]:
    """The status for people: what is served, then what asks for attention, then what to do."""
    yield f"stack {status.stack} in account {status.account}, {status.region}"
    yield f"API {status.api_url}"
    for model in status.models:
        yield joined((f"{model.type}: {_served(model.served)}", *_facts(model.served)))
        for number in model.pending:
            yield f"  version {number} waits: `vis-assis approve {model.type} --version {number}`"
        if model.execution and model.execution.status not in ("Succeeded", "Stopped"):
            run = model.execution
            yield "  " + joined((f"execution {run.id}", run.status, run.reason))
        elif model.served is None and not model.pending:
            yield f"  next: `vis-assis run {model.type}`"
    serving = [row for row in status.navigation if row.state == "serving"]
    yield joined(
        (
            f"navigation: {serving[0].release if serving else 'nothing serves'}",
            f"{status.instances} instances" if status.instances is not None else None,
        )
    )
    for row in status.navigation[:3]:
        if row.state not in ("serving", "superseded", "kept"):
            yield "  " + joined((row.release or "upload", row.state, row.reason))
    yield from model_status.refused_lines(status.refused)
    yield from model_status.ignored_lines(status.ignored)
    for queue in status.queues:
        if queue.messages:
            yield f"queue {queue.name}: {queue.messages} messages"
    for alarm in status.alarms:
        yield f"ALARM {alarm.name} since {minute(alarm.since)}: {alarm.description}"
    if not status.alarms:
        yield "no alarm rings"
    at_rest, runs = status.cost.at_rest, status.cost.with_what_runs
    yield f"cost: about ${at_rest:.2f} a month at rest, ${runs:.2f} with what runs now"


def _model(sagemaker: Any, outputs: dict[str, Any], name: str, served: Model | None) -> ModelLine:
    group = outputs["model_package_group_names"][name]
    latest = registry.executions(sagemaker, outputs["pipeline_names"][name], 1)
    return ModelLine(
        name, served, registry.pending(sagemaker, group), latest[0] if latest else None
    )


def _served(model: Model | None) -> str:
    if model is None:
        return "nothing is served"
    if model.origin == "upload":
        return f"uploaded by hand as {model.uploaded_key}"
    return f"version {model.version}"


def _facts(model: Model | None) -> list[str | None]:
    if model is None:
        return []
    by = f"approved by {model.approved_by}" if model.approved_by else None
    since = f"since {minute(model.since)}"
    return [size(model.bytes), model.licence, since, by, model.sha256[:12]]
