"""The commands behind the Makefile: `python -m tooling <command>`."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import boto3
import typer
from rich.console import Console

from tooling import (
    backup_commands,
    deployed_stack,
    environments,
    local,
    stack_commands,
    users,
)
from tooling.demo import run as demo_run
from tooling.edge_path import EdgePathError
from tooling.model_zip import ModelZipError
from tooling.terraform import Terraform, TerraformError

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
ROOT = environments.ROOT
EXPECTED = (EdgePathError, ModelZipError, TerraformError, demo_run.LeftoversError)
app.command("deploy")(stack_commands.deploy_command)
app.command("destroy")(stack_commands.destroy_command)
app.command("backup")(backup_commands.backup_command)
app.command("restore")(backup_commands.restore_command)


def _require_terraform() -> None:
    if subprocess.run([ROOT / "tooling/check_tools.sh", "terraform"], check=False).returncode:
        raise typer.Exit(1)


@app.command("demo")
def demo_command() -> None:
    """Builds the whole edge path on a local cloud, checks every model, tears it down."""
    _require_terraform()
    try:
        demo_run.main()
    except EXPECTED as error:
        Console(stderr=True).print(f"demo failed: {error}", markup=False, style="red")
        raise typer.Exit(1) from error


@app.command("local")
def local_command(port: int = 0) -> None:
    """Keeps a deployed local cloud up until Ctrl-C."""
    _require_terraform()
    try:
        local.main(port)
    except EXPECTED as error:
        Console(stderr=True).print(f"local failed: {error}", markup=False, style="red")
        raise typer.Exit(1) from error


@app.command("env-local")
def env_local_command() -> None:
    """Writes the front end's .env.local for the stack that the shell points to."""
    _require_terraform()
    path = ROOT / ".env.local"
    path.write_text(_outputs()["env_local"])
    Console().print(f"Wrote {path.name}: copy it into the front end's folder")


@app.command("user")
def user_command(email: str) -> None:
    """Invites a user; on the local cloud, which sends no mail, prints a password instead."""
    _require_terraform()
    outputs = _outputs()
    cognito = boto3.client("cognito-idp", region_name=outputs["region"])
    try:
        if deployed_stack.is_local():
            password = users.create(cognito, outputs["user_pool_id"], email)
            told = f"{email} can sign in with the password {password}"
        else:
            told = users.invite(cognito, outputs["user_pool_id"], email)
    except users.UserError as error:
        raise _failed("user", error) from error
    Console().print(told, markup=False, highlight=False)


def _outputs() -> dict[str, Any]:
    try:
        return deployed_stack.outputs()
    except deployed_stack.NotDeployedError as error:
        raise _failed("reading the stack's outputs", error) from error


def _failed(what: str, error: Exception) -> typer.Exit:
    Console(stderr=True).print(f"{what} failed: {error}", markup=False, style="red")
    return typer.Exit(1)


@app.command("validate")
def validate_command() -> None:
    """Runs `terraform validate` on the configuration."""
    _require_terraform()
    terraform = Terraform(data_dir=ROOT / "build" / "validate", environment={})
    terraform.run("init", "-backend=false", "-input=false", "-no-color")
    sys.stdout.write(terraform.run("validate", "-no-color").stdout)


if __name__ == "__main__":
    app()
