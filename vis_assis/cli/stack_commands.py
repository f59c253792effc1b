"""The commands that change a stack: deploy and destroy."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.prompt import Prompt

from vis_assis.cli import remembered
from vis_assis.cli.one_line import one_line_errors, say
from vis_assis.errors import CommandError
from vis_assis.local import environment_file
from vis_assis.stack.deploy import deploy
from vis_assis.stack.destroy import destroy
from vis_assis.stack.drift import drift
from vis_assis.stack.target import LOCAL_STATE_DIR, Target, find_target

Vars = Annotated[str, typer.Option(envvar="VARS", help="Terraform's -var arguments.")]
TfVars = Annotated[Path | None, typer.Option(envvar="TFVARS", help="A .tfvars file.")]
Backend = Annotated[
    Path | None, typer.Option(envvar="BACKEND_CONFIG", help="Settings of the state's backend.")
]
Adopt = Annotated[bool, typer.Option(envvar="ADOPT", help="Take over unrecorded resources.")]
AutoApprove = Annotated[bool, typer.Option(envvar="AUTO_APPROVE", help="Do not ask.")]
StateDir = Annotated[
    Path, typer.Option(help="Folder of the running `make local`.", show_default=False)
]


def deploy_command(
    *,
    variables: Vars = "",
    variables_file: TfVars = None,
    backend_config: Backend = None,
    adopt: Adopt = False,
    auto_approve: AutoApprove = False,
    state_dir: StateDir = LOCAL_STATE_DIR,
) -> None:
    """Shows what will change and applies it; asks before it destroys what holds data."""
    target = _target("deploy", variables, variables_file, state_dir)

    def confirm(name: str) -> bool:
        return auto_approve or ask_for_name(name, "deploy and destroy these")

    with one_line_errors("deploy", target.terraform.log):
        settings = _resolved(backend_config)
        outputs = deploy(target, say, confirm, backend_config=settings, adopt=adopt)
        _refresh_environment(target, outputs)
        for name, value in sorted(outputs.items()):
            print(f"{name} = {value if isinstance(value, str) else json.dumps(value)}")
        say(
            "Next: invite users with `make user EMAIL=…`, run a pipeline and approve what it "
            "registered, upload a navigation release (README.md, under Deploy)"
        )


def drift_command(
    *,
    variables: Vars = "",
    variables_file: TfVars = None,
    backend_config: Backend = None,
    state_dir: StateDir = LOCAL_STATE_DIR,
) -> None:
    """Says what in the account differs from the configuration; changes nothing.

    Ends with 1 when something differs. Give it the settings of `deploy`.
    """
    target = _target("drift", variables, variables_file, state_dir)
    with one_line_errors("drift", target.terraform.log):
        found = drift(target, say, backend_config=_resolved(backend_config))
        for line in found:
            say(line)
        if found:
            say("`make deploy` puts these right")
            raise SystemExit(1)
        say("Nothing differs")


def destroy_command(
    *,
    variables: Vars = "",
    variables_file: TfVars = None,
    backend_config: Backend = None,
    adopt: Adopt = False,
    auto_approve: AutoApprove = False,
    state_dir: StateDir = LOCAL_STATE_DIR,
) -> None:
    """Shows what the stack holds, asks for its name and removes it."""
    target = _target("destroy", variables, variables_file, state_dir)

    names: list[str] = []

    def confirm(name: str) -> bool:
        names.append(name)
        return auto_approve or ask_for_name(name, "destroy it")

    with one_line_errors("destroy", target.terraform.log):
        if not auto_approve:
            require_terminal("destroy")
        destroy(target, say, confirm, backend_config=_resolved(backend_config), adopt=adopt)
        if not target.is_local:
            remembered.forget(names[0])
        _refresh_environment(target, {})


def require_terminal(purpose: str) -> None:
    """Checks that there is a terminal to ask at.

    Args:
        purpose: what the answer is needed for, as in `to destroy`.

    Raises:
        CommandError: when there is no terminal.
    """
    if not sys.stdin.isatty():
        raise CommandError(
            f"there is no terminal to ask you at: set AUTO_APPROVE=1 to {purpose} from a script"
        )


def ask_for_name(name: str, purpose: str) -> bool:
    """Whether the user at the terminal types the stack's name.

    Args:
        name: the stack's.
        purpose: what happens then, as in `to destroy it`.

    Raises:
        CommandError: when there is no terminal, or it is closed instead of an answer.
    """
    require_terminal(purpose)
    try:
        return Prompt.ask(f"Type the stack's name ({name}) to {purpose}") == name
    except EOFError as error:
        raise CommandError("nothing was changed: no name was given") from error


def _target(command: str, variables: str, variables_file: Path | None, state_dir: Path) -> Target:
    with one_line_errors(command):
        return find_target(
            variables=variables, variables_file=variables_file, local_state_dir=state_dir.resolve()
        )


def _refresh_environment(target: Target, outputs: Mapping[str, Any]) -> None:
    """Brings the outputs in build/local.env up to date, when that is the stack acted on."""
    file = environment_file.FILE
    if not (target.is_local and file.exists()):
        return
    cloud = {
        name: value
        for name, value in environment_file.read_environment(file).items()
        if not name.startswith("VIS_ASSIS_")
    }
    if cloud.get("AWS_ENDPOINT_URL") == os.environ.get("AWS_ENDPOINT_URL"):
        environment_file.write_environment(file, cloud, outputs)


def _resolved(path: Path | None) -> str | None:
    return None if path is None else str(path.resolve())
