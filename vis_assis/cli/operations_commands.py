"""The commands for looking after a stack: dead letters, logs, users."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from typing import Annotated

import typer
from botocore.exceptions import ClientError

from vis_assis.aws import health, readiness, registry, users
from vis_assis.aws.cloud import Cloud, is_not_found
from vis_assis.aws.readiness import Quota
from vis_assis.cli.choices import Listing
from vis_assis.cli.deployed import Deployed, deployed_stack
from vis_assis.cli.known import known
from vis_assis.cli.one_line import one_line_errors, say
from vis_assis.cli.output import AsJson, joined, minute, print_json
from vis_assis.cli.stack_commands import StateDir
from vis_assis.stack import readiness as stack_readiness
from vis_assis.stack.target import LOCAL_STATE_DIR, find_target

# New accounts may have 10, which a few users at two requests a second use up.
CONCURRENCY = 100

dead_letters = typer.Typer(
    help="Events that failed every retry.", no_args_is_help=True, cls=Listing
)
user = typer.Typer(help="Who may sign in to the app.", no_args_is_help=True, cls=Listing)

QueueName = Annotated[str, typer.Argument(help="Name of the queue.", show_default=False)]
FunctionName = Annotated[str, typer.Argument(help="Such as promote_model; none: all.")]
Email = Annotated[str, typer.Argument(help="you@example.org")]
Minutes = Annotated[int, typer.Option("--minutes", min=1, help="How far to look back.")]
EndpointType = Annotated[str, typer.Option(help="As navigation_hosting.instance_type.")]
Instances = Annotated[int, typer.Option(min=1, help="Most instances; an update needs twice that.")]
JobType = Annotated[str, typer.Option(help="As processing_instance_type.")]
About = Annotated[str, typer.Option(help="Only lines with this text.")]
Correlation = Annotated[str, typer.Option(help="Only what belongs to this execution, jobs too.")]
Prefix = Annotated[str, typer.Option(help="As name_prefix.")]
Follow = Annotated[bool, typer.Option("--follow", help="Go on until Ctrl-C.")]


@dead_letters.command("list")
def dead_letters_list(*, as_json: AsJson = False, state_dir: StateDir = LOCAL_STATE_DIR) -> None:
    """Shows how many messages each dead-letter queue holds."""
    with deployed_stack("dead-letters list", state_dir) as stack:
        names = health.dead_letter_urls(stack.outputs)
        queues = health.queues(stack.cloud.client("sqs"), stack.outputs)
        found = [queue for queue in queues if queue.name in names]
        if as_json:
            print_json(found)
            return
        for queue in found:
            say(f"{queue.name}: {queue.messages} messages")
            if queue.messages:
                say(f"  `vis-assis dead-letters show {queue.name}`")


@dead_letters.command("show")
def dead_letters_show(
    queue: QueueName, *, as_json: AsJson = False, state_dir: StateDir = LOCAL_STATE_DIR
) -> None:
    """Shows up to ten messages of a dead-letter queue; they stay in it."""
    with deployed_stack("dead-letters show", state_dir) as stack:
        found = health.dead_letters(stack.cloud.client("sqs"), _url(stack, queue))
        if as_json:
            print_json(found)
            return
        for item in found:
            say(joined((minute(item.sent), item.group, item.id)))
            say(f"  {item.body}")
        say(f"Next: repair the cause, then `vis-assis dead-letters redrive {queue}`")


@dead_letters.command("redrive")
def dead_letters_redrive(queue: QueueName, *, state_dir: StateDir = LOCAL_STATE_DIR) -> None:
    """Hands all messages of a dead-letter queue to their function again."""
    with deployed_stack("dead-letters redrive", state_dir) as stack:
        health.redrive(stack.cloud.client("sqs"), _url(stack, queue))
        say(
            f"Moving the messages of {queue} back: `vis-assis status` shows whether they came again"
        )


def logs_command(
    function: FunctionName = "",
    *,
    minutes: Minutes = 60,
    follow: Follow = False,
    about: About = "",
    correlation: Correlation = "",
    state_dir: StateDir = LOCAL_STATE_DIR,
) -> None:
    """Prints the log of a function, or of all, the oldest line first.

    --correlation takes an execution's id, as `history` shows it, and prints what its jobs,
    promotion and the API wrote about the model that it made.

    Example: vis-assis logs promote_model --minutes 10 --follow
    """
    with deployed_stack("logs", state_dir) as stack:
        names = stack.outputs["function_names"]
        chosen = [known("function", function, names)] if function else sorted(names)
        groups = {f"/aws/lambda/{names[name]}": name for name in chosen}
        if correlation and not function:
            groups |= {group: group.rpartition("/")[2] for group in registry.JOB_LOGS}
        since = datetime.now(UTC) - timedelta(minutes=minutes)
        seen = set[tuple[int, str, str, str]]()
        while True:
            for line in sorted(_lines(stack, groups, since, correlation), key=itemgetter(0)):
                _, _, name, message = line
                if line not in seen and about in message:
                    seen.add(line)
                    say(message if function else f"{name}: {message}")
            if not follow:
                break
            time.sleep(2)
        if not seen:
            typer.echo(
                f"Nothing in the last {minutes} minutes: --minutes looks further back", err=True
            )


def _lines(
    stack: Deployed, groups: Mapping[str, str], since: datetime, correlation: str
) -> Iterator[tuple[int, str, str, str]]:
    """Time, stream, group and text of each line; all lines of a job are of its execution."""
    pages = stack.cloud.client("logs").get_paginator("filter_log_events").paginate
    for group, name in groups.items():
        jobs = {"logStreamNamePrefix": f"pipelines-{correlation}-"}
        only = jobs if group in registry.JOB_LOGS else {}
        try:
            for page in pages(logGroupName=group, startTime=int(since.timestamp() * 1000), **only):
                for event in page["events"]:
                    stream, message = event["logStreamName"], event["message"].rstrip()
                    if correlation in stream or correlation in message:
                        yield event["timestamp"], stream, name, message
        except ClientError as error:
            if not is_not_found(error):
                raise


def doctor_command(
    *,
    endpoint_type: EndpointType = "ml.g5.xlarge",
    instances: Instances = 2,
    job_type: JobType = "ml.m5.large",
    name_prefix: Prefix = "vis-assis",
    as_json: AsJson = False,
    state_dir: StateDir = LOCAL_STATE_DIR,
) -> None:
    """Says what an account lacks before the first deployment; changes nothing.

    Ends with 1 when something is missing.

    Example: vis-assis doctor --instances 4
    """
    quotas = {
        "endpoint": Quota("sagemaker", f"{endpoint_type} for endpoint usage", 2 * instances),
        "pipelines": Quota("sagemaker", f"{job_type} for processing job usage", 1),
        "functions": Quota("lambda", "Concurrent executions", CONCURRENCY),
    }
    with one_line_errors("doctor"):
        token = os.environ.get("HF_TOKEN")
        cloud, target = Cloud(), find_target(local_state_dir=state_dir.resolve())
        found = list(readiness.findings(cloud, quotas, token, readiness.hub_address()))
        if len(found) > 1 and found[1].result == readiness.READY:  # account and region
            found += stack_readiness.findings(target, cloud, name_prefix)
        if as_json:
            print_json(found)
        else:
            for item in found:
                say(f"{item.name}: {item.result}: {item.text}")
                if item.remedy:
                    say(f"  {item.remedy}")
        if any(item.result == readiness.MISSING for item in found):
            raise SystemExit(1)


@user.command("add")
def user_add(email: Email = "", *, state_dir: StateDir = LOCAL_STATE_DIR) -> None:
    """Invites a user; on the local cloud, which sends no mail, prints a password instead.

    Example: vis-assis user add you@example.org
    """
    with deployed_stack("user add", state_dir) as stack:
        cognito, pool = stack.cloud.client("cognito-idp"), stack.outputs["user_pool_id"]
        if stack.target.is_local:
            say(f"{email} can sign in with the password {users.create(cognito, pool, email)}")
        else:
            say(users.invite(cognito, pool, email))


@user.command("list")
def user_list(*, as_json: AsJson = False, state_dir: StateDir = LOCAL_STATE_DIR) -> None:
    """Shows who may sign in."""
    with deployed_stack("user list", state_dir) as stack:
        found = users.listed(stack.cloud.client("cognito-idp"), stack.outputs["user_pool_id"])
        if as_json:
            print_json(found)
            return
        for item in found:
            say(joined((item.email, item.status, f"since {minute(item.created)}")))
        if not found:
            say("Nobody yet: `vis-assis user add you@example.org`")


@user.command("remove")
def user_remove(email: Email = "", *, state_dir: StateDir = LOCAL_STATE_DIR) -> None:
    """Removes a user, who is signed out and cannot sign in any more."""
    with deployed_stack("user remove", state_dir) as stack:
        users.remove(stack.cloud.client("cognito-idp"), stack.outputs["user_pool_id"], email)
        say(f"{email} cannot sign in any more")


def _url(stack: Deployed, name: str) -> str:
    urls = health.dead_letter_urls(stack.outputs)
    return urls[known("dead-letter queue", name, urls)]
