"""The command line `vis-assis`, which the Makefile's targets call as `python -m vis_assis`.

The commands for a stack need the packages of requirements/deploy.in only; those for the local
cloud import it when they are called.
"""

# ruff: noqa: PLC0415
from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from vis_assis.build.environments import ROOT
from vis_assis.cli import (
    app_commands,
    console_command,
    model_commands,
    operations_commands,
    reading_commands,
    stack_commands,
    status_command,
    verify_models,
)
from vis_assis.cli.choices import Commands, Listing, choose
from vis_assis.cli.one_line import one_line_errors
from vis_assis.local import environment_file
from vis_assis.stack.target import LOCAL_STATE_DIR
from vis_assis.terraform.runner import Terraform

WITHOUT_TERRAFORM = ("amplify-role", "web")

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # no boxes: readable by screen readers, at 60 columns, in a pipe
    cls=Commands,
    help=(
        "Models from registry to browsers and endpoints: see, run, approve, repair. "
        "The options below may stand after a command, too."
    ),
)
navigation = typer.Typer(
    help="Releases of the navigation model.", no_args_is_help=True, cls=Listing
)
app.command("doctor")(operations_commands.doctor_command)
app.command("status")(status_command.status_command)
app.command("console")(console_command.console_command)
app.command("run")(model_commands.run_command)
app.command("history")(model_commands.history_command)
app.command("diff")(reading_commands.diff_command)
app.command("cost")(reading_commands.cost_command)
app.command("approve")(model_commands.approve_command)
app.command("reject")(model_commands.reject_command)
app.command("publish")(model_commands.publish_command)
app.add_typer(navigation, name="navigation")
navigation.command("status")(app_commands.navigation_status_command)
navigation.command("ask")(app_commands.navigation_ask_command)
navigation.command("publish")(app_commands.navigation_publish_command)
navigation.command("rollback")(app_commands.navigation_rollback_command)
app.add_typer(operations_commands.dead_letters, name="dead-letters")
app.command("logs")(operations_commands.logs_command)
app.add_typer(operations_commands.user, name="user")
app.command("deploy")(stack_commands.deploy_command)
app.command("drift")(stack_commands.drift_command)
app.command("destroy")(stack_commands.destroy_command)
app.command("backup")(app_commands.backup_command)
app.command("restore")(app_commands.restore_command)
app.command("env-local")(app_commands.env_local_command)
app.command("amplify-role")(app_commands.amplify_role_command)
app.command("prune")(app_commands.prune_command)
app.command("verify")(app_commands.verify_command)
app.command("verify-models")(verify_models.verify_models_command)


Stack = Annotated[
    str, typer.Option(envvar="VIS_ASSIS_STACK", metavar="NAME", help="Act on this stack or fail.")
]
Plain = Annotated[bool, typer.Option("--plain", help="One fact a line, as in a pipe.")]


@app.callback()
def _common_options(context: typer.Context, *, stack: Stack = "", plain: Plain = False) -> None:
    choose(stack, plain=plain)
    if context.invoked_subcommand in WITHOUT_TERRAFORM:
        return
    script = ROOT / "vis_assis/build/check_tools.sh"
    if subprocess.run(["/bin/sh", script, "terraform"], check=False).returncode:
        raise typer.Exit(1)


@app.command("demo")
def demo_command() -> None:
    """Walks both paths on a local cloud, checks every step, tears it down."""
    from vis_assis.journeys import demo_run

    with one_line_errors("demo", demo_run.STATE_DIR / "terraform" / "terraform.log"):
        demo_run.main()


@app.command("local")
def local_command(
    port: int = 0,
    state_dir: stack_commands.StateDir = LOCAL_STATE_DIR,
    environment_file: Path = environment_file.FILE,
) -> None:
    """Keeps a deployed local cloud up until Ctrl-C."""
    from vis_assis.local import up

    with one_line_errors("local", state_dir / "terraform" / "terraform.log"):
        up.main(port, state_dir.resolve(), environment_file.resolve())


@app.command("web")
def web_command(port: int = 3000) -> None:
    """Serves the example page for the stack at hand until Ctrl-C."""
    from vis_assis.local.web import server

    with one_line_errors("web"):
        server.main(port)


@app.command("validate")
def validate_command() -> None:
    """Runs `terraform validate` on the configuration."""
    terraform = Terraform(data_dir=ROOT / "build" / "validate", environment={})
    with one_line_errors("validate", terraform.log):
        terraform.init(backend=False)
        sys.stdout.write(terraform.run("validate", "-no-color").stdout)


if __name__ == "__main__":
    app(prog_name="vis-assis")
