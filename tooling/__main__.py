"""The commands behind the Makefile: `python -m tooling <command>`."""

from __future__ import annotations

import subprocess
import sys

import typer
from rich.console import Console

from tooling import (
    app_commands,
    backup_commands,
    environments,
    local,
    navigation_commands,
    stack_commands,
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
app.command("env-local")(app_commands.env_local_command)
app.command("user")(app_commands.user_command)
app.command("navigation-status")(navigation_commands.status_command)
app.command("navigation-rollback")(navigation_commands.rollback_command)


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


@app.command("validate")
def validate_command() -> None:
    """Runs `terraform validate` on the configuration."""
    _require_terraform()
    terraform = Terraform(data_dir=ROOT / "build" / "validate", environment={})
    terraform.run("init", "-backend=false", "-input=false", "-no-color")
    sys.stdout.write(terraform.run("validate", "-no-color").stdout)


if __name__ == "__main__":
    app()
