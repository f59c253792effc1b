"""The commands that look at the navigation releases of a stack and go back to one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import typer
from rich.console import Console

from vis_assis.aws.cloud import Cloud
from vis_assis.aws.navigation import remarks, rollback, status, table
from vis_assis.cli.stack_commands import (
    StateDir,
    chosen_target,
    deployed_outputs,
    one_line_errors,
    say,
)
from vis_assis.stack.target import LOCAL_STATE_DIR


def status_command(*, state_dir: StateDir = LOCAL_STATE_DIR) -> None:
    """Shows every release and what became of it."""

    def show(s3: Any, bucket: str) -> None:
        rows = status(s3, bucket)
        Console().print(table(rows))
        for remark in remarks(rows):
            say(remark)

    _with_bucket("navigation-status", state_dir, show)


def rollback_command(
    release: Annotated[str, typer.Argument(help="release id")] = "",
    *,
    state_dir: StateDir = LOCAL_STATE_DIR,
) -> None:
    """Goes back to a release."""

    def go_back(s3: Any, bucket: str) -> None:
        rollback(s3, bucket, release)
        say(f"{release} is the newest upload again; `make navigation-status` shows how far it is")

    _with_bucket("navigation-rollback", state_dir, go_back)


def _with_bucket(command: str, state_dir: Any, work: Callable[[Any, str], None]) -> None:
    target = chosen_target(command, "", None, state_dir)
    with one_line_errors(command):
        outputs = deployed_outputs(target)
        work(Cloud(region=outputs["region"]).client("s3"), outputs["navigation_upload_bucket"])
