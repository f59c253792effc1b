"""The commands for operating a deployed stack: settings, users, models, backups."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from update_endpoint.settings import UPLOAD_KEY
from vis_assis.amplify import role as amplify_role
from vis_assis.aws import navigation, old_executions
from vis_assis.aws.cloud import Cloud
from vis_assis.aws.upload import upload
from vis_assis.backup.restore import restore
from vis_assis.backup.save import backup
from vis_assis.build.environments import ROOT
from vis_assis.cli.deployed import deployed_stack
from vis_assis.cli.one_line import one_line_errors, say
from vis_assis.cli.output import AsJson, print_json, print_table, progress
from vis_assis.cli.stack_commands import AutoApprove, StateDir
from vis_assis.errors import CommandError
from vis_assis.stack.target import LOCAL_STATE_DIR
from vis_assis.terraform.interruption import interruptible
from vis_assis.verify import run as verification
from vis_assis.verify.session import Session

SETTINGS_FILE = ROOT / ".env.local"
Folder = Annotated[Path | None, typer.Option(envvar="DIR", help="Folder of the backup.")]
Navigation = Annotated[bool, typer.Option(envvar="NAVIGATION", help="Allow a release's cost.")]
NamePrefix = Annotated[str, typer.Option(envvar="NAME_PREFIX", help="The stack's name_prefix.")]


def env_local_command(*, file: Path = SETTINGS_FILE, state_dir: StateDir = LOCAL_STATE_DIR) -> None:
    """Writes the front end's .env.local for the stack that the shell points to."""
    with deployed_stack("env-local", state_dir) as stack:
        file.write_text(stack.outputs["env_local"])
        say(f"Wrote {file.name}: copy it into the front end's folder, or run `make web`")


def amplify_role_command(
    app_id: str = typer.Argument(""),
    *,
    name_prefix: NamePrefix = "vis-assis",
    remove: Annotated[
        bool, typer.Option(envvar="REMOVE", help="Remove role and policies.")
    ] = False,
) -> None:
    """Makes what an Amplify app needs to deploy: state bucket, boundary and service role."""
    prefix = name_prefix or "vis-assis"
    with one_line_errors("amplify-role"):
        if remove:
            amplify_role.remove(Cloud(), prefix, say)
        else:
            amplify_role.ensure(Cloud(), prefix, app_id, say)


def prune_command(
    *,
    days: Annotated[int, typer.Option(envvar="DAYS", help="Keep what is younger.")] = 90,
    auto_approve: AutoApprove = False,
    state_dir: StateDir = LOCAL_STATE_DIR,
) -> None:
    """Lists what old executions left that no version needs; AUTO_APPROVE=1 deletes it."""
    with deployed_stack("prune", state_dir) as stack:
        if days < 1:
            raise CommandError("an execution may be under way: set DAYS to 1 or more")
        s3, bucket = stack.cloud.client("s3"), stack.outputs["output_bucket"]
        before = datetime.now(UTC) - timedelta(days=days)
        types = list(stack.outputs["pipeline_names"])
        found = old_executions.unneeded(s3, stack.cloud.client("sagemaker"), bucket, types, before)
        for item in found:
            say(f"{item.newest:%Y-%m-%d}  {item.bytes / 1e6:8.1f} MB  s3://{bucket}/{item.folder}")
        if not found:
            say(f"Nothing older than {days} days that no version needs")
        elif auto_approve:
            old_executions.remove(s3, bucket, found)
            say(f"Deleted what {len(found)} executions left")
        else:
            say("Add AUTO_APPROVE=1 to delete these")


def navigation_publish_command(
    file: Annotated[Path, typer.Argument(help="A model.tar.gz.", show_default=False)],
    *,
    state_dir: StateDir = LOCAL_STATE_DIR,
) -> None:
    """Uploads a release of the navigation model; the endpoint is then created or updated.

    Example: vis-assis navigation publish build/navigation/model.tar.gz
    """
    with deployed_stack("navigation publish", state_dir) as stack:
        if not file.is_file():
            raise CommandError(f"{file} is no file: `python -m navigation_model.pack` makes one")
        bucket = stack.outputs["navigation_upload_bucket"]
        with progress() as report:
            upload(stack.cloud.client("s3"), file, bucket, UPLOAD_KEY, report)
        say(f"Uploaded s3://{bucket}/{UPLOAD_KEY}")
        say("Next: `vis-assis navigation status` shows whether it is taken and when it serves")


def navigation_ask_command(
    image: Annotated[Path, typer.Argument(help="PNG, JPEG or WebP.", show_default=False)],
    prompts: Annotated[list[str], typer.Argument(help="Questions.", show_default=False)],
    *,
    as_json: AsJson = False,
    state_dir: StateDir = LOCAL_STATE_DIR,
) -> None:
    """Asks the navigation endpoint about a picture, with your credentials.

    Example: vis-assis navigation ask corridor.jpg "Is there a door?" "Is it open?"
    """
    with deployed_stack("navigation ask", state_dir) as stack:
        if not image.is_file():
            raise CommandError(f"{image} is no file")
        runtime = stack.cloud.client("sagemaker-runtime")
        endpoint = stack.outputs["navigation_endpoint_name"]
        answers = navigation.ask(runtime, endpoint, image.read_bytes(), prompts)
        if as_json:
            print_json(answers)
            return
        for answer in answers:
            say(f"{answer.prompt} {answer.text}")


def navigation_status_command(
    *, as_json: AsJson = False, state_dir: StateDir = LOCAL_STATE_DIR
) -> None:
    """Shows every release of the navigation model and what became of it."""
    with deployed_stack("navigation status", state_dir) as stack:
        bucket = stack.outputs["navigation_upload_bucket"]
        rows = navigation.status(stack.cloud.client("s3"), bucket)
        if as_json:
            print_json(rows)
            return
        print_table(navigation.table(rows))
        for remark in navigation.remarks(rows):
            say(remark)


def navigation_rollback_command(
    release: str = typer.Argument("", help="Release id."), *, state_dir: StateDir = LOCAL_STATE_DIR
) -> None:
    """Goes back to a release of the navigation model."""
    with deployed_stack("navigation rollback", state_dir) as stack:
        bucket = stack.outputs["navigation_upload_bucket"]
        navigation.rollback(stack.cloud.client("s3"), bucket, release)
        say(f"{release} is the newest upload again: `vis-assis navigation status` tells how far")


def backup_command(*, folder: Folder = None, state_dir: StateDir = LOCAL_STATE_DIR) -> None:
    """Saves approved models, uploads by hand and navigation releases to DIR."""
    with deployed_stack("backup", state_dir) as stack:
        saved = backup(stack.cloud, stack.outputs, _given(folder), say)
        say(
            f"Saved {len(saved.models)} approved models, {len(saved.uploads)} uploads by hand "
            f"and {len(saved.releases)} releases to {folder}: `make restore DIR={folder}` brings "
            "them into a deployed stack"
        )


def restore_command(*, folder: Folder = None, state_dir: StateDir = LOCAL_STATE_DIR) -> None:
    """Registers, approves and uploads what DIR holds, in the deployed stack."""
    with deployed_stack("restore", state_dir) as stack:
        restore(stack.cloud, stack.outputs, _given(folder), say)
        say("`vis-assis status` shows when all of it is served")


def verify_command(
    *,
    navigation: Navigation = False,
    file: Path = verification.FILE,
    state_dir: StateDir = LOCAL_STATE_DIR,
) -> None:
    """Checks on the deployed stack what the code believes of AWS, and leaves nothing behind."""
    with deployed_stack("verify", state_dir) as stack, interruptible():
        pause = 0.25 if stack.target.is_local else 5
        session = Session(stack.cloud, stack.outputs, say, may_release=navigation, pause=pause)
        lines = verification.verify(session)
        verification.write(lines, f"{stack.outputs['api_url']} on {stack.target.where}", file)
        print_table(verification.table(lines))
        for remark in verification.remarks(lines):
            say(remark)
        if any(line.result == verification.FAILED for line in lines):
            raise SystemExit(1)


def _given(folder: Path | None) -> Path:
    if folder is None:
        raise CommandError("no folder was given: add DIR=path/to/backup")
    return folder.resolve()
