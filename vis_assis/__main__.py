"""The commands behind the Makefile: `python -m vis_assis <command>`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import typer

from vis_assis.build import environments
from vis_assis.cli import (
    app_commands,
    backup_commands,
    model_commands,
    navigation_commands,
    stack_commands,
)
from vis_assis.journeys import demo_run
from vis_assis.local import up as local
from vis_assis.terraform.runner import Terraform

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
ROOT = environments.ROOT
LOG = "terraform.log"
app.command("deploy")(stack_commands.deploy_command)
app.command("destroy")(stack_commands.destroy_command)
app.command("backup")(backup_commands.backup_command)
app.command("restore")(backup_commands.restore_command)
app.command("env-local")(app_commands.env_local_command)
app.command("user")(app_commands.user_command)
app.command("amplify-role")(app_commands.amplify_role_command)
app.command("model-status")(model_commands.status_command)
app.command("navigation-status")(navigation_commands.status_command)
app.command("navigation-rollback")(navigation_commands.rollback_command)


def _require_terraform() -> None:
    if subprocess.run(
        [ROOT / "vis_assis/build/check_tools.sh", "terraform"], check=False
    ).returncode:
        raise typer.Exit(1)


@app.command("demo")
def demo_command() -> None:
    """Walks both paths on a local cloud, checks every step, tears it down."""
    _require_terraform()
    with stack_commands.one_line_errors("demo", demo_run.STATE_DIR / "terraform" / LOG):
        demo_run.main()


@app.command("local")
def local_command(
    port: int = 0,
    state_dir: stack_commands.StateDir = local.STATE_DIR,
    environment_file: Path = local.ENVIRONMENT_FILE,
) -> None:
    """Keeps a deployed local cloud up until Ctrl-C."""
    _require_terraform()
    with stack_commands.one_line_errors("local", state_dir / "terraform" / LOG):
        local.main(port, state_dir.resolve(), environment_file.resolve())


@app.command("validate")
def validate_command() -> None:
    """Runs `terraform validate` on the configuration."""
    _require_terraform()
    terraform = Terraform(data_dir=ROOT / "build" / "validate", environment={})
    with stack_commands.one_line_errors("validate", terraform.data_dir / LOG):
        terraform.init(backend=False)
        sys.stdout.write(terraform.run("validate", "-no-color").stdout)


if __name__ == "__main__":
    app()
