"""The commands for whoever runs the app in front of a stack: its settings and its users."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vis_assis.amplify import role as amplify_role
from vis_assis.aws import users
from vis_assis.aws.cloud import Cloud
from vis_assis.build.environments import ROOT
from vis_assis.cli.stack_commands import (
    StateDir,
    chosen_target,
    deployed_outputs,
    one_line_errors,
    say,
)
from vis_assis.stack.target import LOCAL_STATE_DIR

SETTINGS_FILE = ROOT / ".env.local"


def env_local_command(*, file: Path = SETTINGS_FILE, state_dir: StateDir = LOCAL_STATE_DIR) -> None:
    """Writes the front end's .env.local for the stack that the shell points to."""
    target = chosen_target("env-local", "", None, state_dir)
    with one_line_errors("env-local"):
        file.write_text(deployed_outputs(target)["env_local"])
        say(f"Wrote {file.name}: copy it into the front end's folder")


def user_command(email: str = typer.Argument(""), *, state_dir: StateDir = LOCAL_STATE_DIR) -> None:
    """Invites a user; on the local cloud, which sends no mail, prints a password instead."""
    target = chosen_target("user", "", None, state_dir)
    with one_line_errors("user"):
        outputs = deployed_outputs(target)
        cognito = Cloud(region=outputs["region"]).client("cognito-idp")
        if target.is_local:
            password = users.create(cognito, outputs["user_pool_id"], email)
            say(f"{email} can sign in with the password {password}")
        else:
            say(users.invite(cognito, outputs["user_pool_id"], email))


def amplify_role_command(
    app_id: str = typer.Argument(""),
    *,
    name_prefix: Annotated[str, typer.Option(envvar="NAME_PREFIX")] = "vis-assis",
) -> None:
    """Makes what an Amplify app needs to deploy: state bucket, boundary and service role."""
    with one_line_errors("amplify-role"):
        amplify_role.ensure(Cloud(), name_prefix or "vis-assis", app_id, say)
