"""The commands for models: run a pipeline, look at versions, approve, reject, publish."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from common.model_index import Model
from promote_model import zip_check
from promote_model.errors import Refused
from vis_assis.aws import model_status, registry
from vis_assis.aws.cloud import Cloud
from vis_assis.aws.upload import upload
from vis_assis.cli.deployed import Deployed, deployed_stack
from vis_assis.cli.known import known
from vis_assis.cli.one_line import say
from vis_assis.cli.output import AsJson, joined, minute, print_json, progress, size
from vis_assis.cli.stack_commands import StateDir
from vis_assis.errors import CommandError
from vis_assis.journeys import edge_path
from vis_assis.stack.target import LOCAL_STATE_DIR

LONGEST_EXECUTION, LONGEST_PROMOTION, LOG_LINES = 3600, 180, 20
ModelType = Annotated[str, typer.Argument(help="Model type, such as depth.", show_default=False)]
Number = Annotated[int | None, typer.Option("--version", help="Else the newest that waits.")]
Note = Annotated[str, typer.Option(help="Why; kept with the version.")]
Parameters = Annotated[
    list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="A pipeline parameter.")
]
Wait = Annotated[bool, typer.Option(help="Wait for the end and show each step.")]
Most = Annotated[int, typer.Option("--limit", min=1, max=100, help="Executions to show.")]


def run_command(
    models: Annotated[list[str] | None, typer.Argument(help="Model types.")] = None,
    *,
    all_models: Annotated[bool, typer.Option("--all", help="Every model type.")] = False,
    wait: Wait = False,
    parameters: Parameters = None,
    state_dir: StateDir = LOCAL_STATE_DIR,
) -> None:
    """Runs the pipelines of model types: each registers a version that waits for approval.

    Ctrl-C ends the waiting only: the executions go on.

    Example: vis-assis run depth tts --wait
    """
    with deployed_stack("run", state_dir) as stack:
        pipelines = stack.outputs["pipeline_names"]
        if bool(models) == all_models:
            raise CommandError("give model types, or --all for every one of them")
        chosen = [_known(stack, name) for name in models or pipelines]
        sagemaker = stack.cloud.client("sagemaker")
        given = dict(_parameter(text) for text in parameters or ())
        begun = {
            name: edge_path.run_pipeline(sagemaker, pipelines[name], **given) for name in chosen
        }
        for name, arn in begun.items():
            say(f"{name}: started {arn}")
        if not wait:
            say(f"Next: `vis-assis history {chosen[0]}` shows how far it is")
        elif failed := [name for name, arn in begun.items() if not _followed(stack, name, arn)]:
            raise CommandError(f"the pipelines of {', '.join(failed)} did not succeed")


def _parameter(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise CommandError(f"--set {text} is no NAME=VALUE")
    return name, value


def _followed(stack: Deployed, model_type: str, arn: str) -> bool:
    """Shows each step of an execution as it ends; whether all went well."""
    sagemaker, pause = stack.cloud.client("sagemaker"), 0.5 if stack.target.is_local else 5
    shown: set[tuple[str, str]] = set()
    deadline = time.monotonic() + LONGEST_EXECUTION
    while True:
        execution = registry.describe_execution(sagemaker, arn)
        for step in registry.steps(sagemaker, arn):
            if (step.name, step.status) in shown:
                continue
            shown.add((step.name, step.status))
            if step.status == "Executing":
                say(f"{model_type}: {step.name} runs")
            elif step.status in ("Succeeded", "Failed"):
                reason = f": {step.reason}" if step.reason else ""
                say(f"{model_type}: {step.name} {step.status}, {step.seconds:.0f} s{reason}")
            if step.status == "Failed" and step.job:
                for line in registry.log_tail(stack.cloud.client("logs"), step.job, LOG_LINES):
                    say(f"  {line}")
        if execution.status in registry.ENDED:
            break
        if time.monotonic() > deadline:
            raise CommandError(f"{arn} has not ended within {LONGEST_EXECUTION} s")
        time.sleep(pause)
    reason = f": {execution.reason}" if execution.reason else ""
    say(f"{model_type}: {execution.status} after {execution.seconds:.0f} s{reason}")
    if execution.status == "Succeeded" and edge_path.registrations(sagemaker, arn):
        say(f"Next: `vis-assis approve {model_type}`")
    return execution.status == "Succeeded"


def history_command(
    model: ModelType,
    *,
    limit: Most = 10,
    as_json: AsJson = False,
    state_dir: StateDir = LOCAL_STATE_DIR,
) -> None:
    """Shows the latest executions of a model's pipeline, and its versions.

    Example: vis-assis history depth --limit 3
    """
    with deployed_stack("history", state_dir) as stack:
        _known(stack, model)
        sagemaker = stack.cloud.client("sagemaker")
        runs = registry.executions(sagemaker, stack.outputs["pipeline_names"][model], limit)
        group = stack.outputs["model_package_group_names"][model]
        there = list(registry.versions(sagemaker, group))
        if as_json:
            print_json(registry.History(runs, there))
            return
        for run in runs:
            line = (minute(run.started), f"execution {run.id}", run.status, f"{run.seconds:.0f} s")
            say(joined((*line, run.reason)))
        for item in there:
            say(joined((minute(item.created), f"version {item.version}", *_facts(item))))
        if not runs and not there:
            say(f"Nothing yet: `vis-assis run {model}`")


def approve_command(
    model: ModelType,
    *,
    version: Number = None,
    note: Note = "",
    state_dir: StateDir = LOCAL_STATE_DIR,
) -> None:
    """Approves a version and waits until users get it.

    Example: vis-assis approve depth --note "licence checked"
    """
    with deployed_stack("approve", state_dir) as stack:
        chosen = _decided(stack, model, version, "Approved", note)
        if chosen.sha256 is None:
            say("This version names no checksum: promotion pins one when it first sees it")
        say(_until_served(stack, model, f"version {chosen.version}", chosen.arn))


def reject_command(
    model: ModelType,
    *,
    version: Number = None,
    note: Note = "",
    state_dir: StateDir = LOCAL_STATE_DIR,
) -> None:
    """Rejects a version; if users have it, waits until they get the one before.

    Example: vis-assis reject depth --version 3 --note "wrong files"
    """
    with deployed_stack("reject", state_dir) as stack:
        chosen = _decided(stack, model, version, "Rejected", note)
        s3, bucket = stack.cloud.client("s3"), stack.outputs["production_bucket"]

        def withdrawn() -> str | None:
            served = model_status.served(s3, bucket).get(model)
            if served is None:
                return f"No {model} is served"
            if served.package_arn == chosen.arn:
                return None
            name = f"version {served.version}" if served.version else served.file_name
            return f"Users get {name}: {size(served.bytes)}"

        what = f"version {chosen.version} of {model} out of production"
        say(edge_path.wait_for(what, withdrawn, LONGEST_PROMOTION))


def publish_command(
    model: ModelType,
    file: Annotated[Path, typer.Argument(help="A .zip with the model.", show_default=False)],
    *,
    state_dir: StateDir = LOCAL_STATE_DIR,
) -> None:
    """Checks a zip, uploads it and waits until users get it, without any approval.

    An interrupted upload goes on with the same command; users get nothing before it is whole.

    Example: vis-assis publish depth depth-v2.zip
    """
    with deployed_stack("publish", state_dir) as stack:
        _known(stack, model)
        if file.suffix != ".zip" or not file.is_file():
            raise CommandError(f"{file} is no .zip file")
        try:
            with file.open("rb", buffering=0) as content:
                zip_check.check(content, file.stat().st_size)
        except Refused as error:
            raise CommandError(f"{file} was not uploaded: {error}") from error
        s3, bucket = stack.cloud.client("s3"), stack.outputs["production_bucket"]
        key = f"{model}/{file.name}"
        say(f"Uploading {size(file.stat().st_size)} as s3://{bucket}/{key}")
        with progress() as report:
            upload(s3, file, bucket, key, report)
        modified = s3.head_object(Bucket=bucket, Key=key)["LastModified"]
        with file.open("rb") as content:
            sha256 = hashlib.file_digest(content, "sha256").hexdigest()
        say(_until_served(stack, model, key, key, since=modified, sha256=sha256))


def _decided(
    stack: Deployed, model: str, number: int | None, status: str, note: str
) -> registry.Version:
    """Sets the approval of a version, as an approver where the stack has such a role."""
    _known(stack, model)
    sagemaker = _approver(stack.cloud, stack.outputs.get("model_approver_role_arn"))
    group = stack.outputs["model_package_group_names"][model]
    chosen = registry.find_version(sagemaker, model, group, number)
    say(joined((f"{model}: version {chosen.version}", *_facts(chosen))))
    if status == chosen.approval == "Approved" and not _is_served(stack, model, chosen.arn):
        raise CommandError(
            f"version {chosen.version} is approved already, and something newer is served: "
            f"`vis-assis reject {model} --version {chosen.version}`, then approve it again"
        )
    said = {"ApprovalDescription": note} if note else {}
    sagemaker.update_model_package(ModelPackageArn=chosen.arn, ModelApprovalStatus=status, **said)
    say(f"{model}: version {chosen.version} is {status} now")
    return chosen


def _is_served(stack: Deployed, model: str, origin: str) -> Model | None:
    """What users get, if that is a version with this ARN or an upload with this key."""
    s3, bucket = stack.cloud.client("s3"), stack.outputs["production_bucket"]
    served = model_status.served(s3, bucket).get(model)
    return served if served and origin in (served.package_arn, served.uploaded_key) else None


def _until_served(
    stack: Deployed,
    model: str,
    name: str,
    origin: str,
    *,
    since: datetime | None = None,
    sha256: str | None = None,
) -> str:
    """Waits until users get a version, by its ARN, or an upload, by its key and bytes.

    Raises:
        CommandError: with promotion's reason when it was refused, after `since` if given.
    """
    s3, bucket = stack.cloud.client("s3"), stack.outputs["production_bucket"]

    def ended() -> str | None:
        served = _is_served(stack, model, origin)
        # An upload may replace one of the same name that was served before.
        if served and sha256 in (None, served.sha256):
            return f"Users get {name}: {size(served.bytes)}, sha256 {served.sha256}"
        for item in model_status.refused(s3, bucket, [model]):
            if item.name == name and (not since or datetime.fromisoformat(item.since) >= since):
                raise CommandError(f"{model}: {name} is not served: {item.reason}")
        return None

    what = f"{name} of {model} in production (`vis-assis status` tells more)"
    return edge_path.wait_for(what, ended, LONGEST_PROMOTION)


def _approver(cloud: Cloud, role: str | None) -> Any:
    if role is None:
        return cloud.client("sagemaker")
    keys = cloud.client("sts").assume_role(RoleArn=role, RoleSessionName="vis-assis-approve")
    return cloud.client(
        "sagemaker",
        aws_access_key_id=keys["Credentials"]["AccessKeyId"],
        aws_secret_access_key=keys["Credentials"]["SecretAccessKey"],
        aws_session_token=keys["Credentials"]["SessionToken"],
    )


def _facts(item: registry.Version) -> Sequence[str | None]:
    origin = f"{item.repository} at {(item.revision or '')[:12]}" if item.repository else None
    by = f"by {item.by}" if item.by else None
    return (item.approval, size(item.bytes), item.licence, origin, item.sha256, by, item.note)


def _known(stack: Deployed, model: str) -> str:
    return known("model type", model, stack.outputs["pipeline_names"])
