"""The commands that act on a stack of the user's, deploy and destroy, and what all such share."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.prompt import Prompt

from catalogue import CatalogueError
from common.errors import VisAssisError
from local_cloud.launch.child import StartupError
from vis_assis.amplify.role import AmplifyRoleError
from vis_assis.amplify.state_bucket import StateBucketError
from vis_assis.aws.cloud import CloudError
from vis_assis.aws.model_zip import ModelZipError
from vis_assis.aws.navigation import NavigationError
from vis_assis.aws.users import UserError
from vis_assis.backup.manifest import BackupError
from vis_assis.build.environments import InstallationError
from vis_assis.build.lambda_dependencies import DependenciesError
from vis_assis.journeys.edge_path import EdgePathError
from vis_assis.local import up as local
from vis_assis.local.environment_file import read_environment, write_environment
from vis_assis.local.local_stack import InUseError
from vis_assis.stack.deploy import UnrecordedError, deploy
from vis_assis.stack.destroy import NotConfirmedError, RemainsError, destroy
from vis_assis.stack.preparation import StackMismatchError, resources_of
from vis_assis.stack.refusals import DestroyRefusedError
from vis_assis.stack.retention import RetentionMismatchError
from vis_assis.stack.target import LOCAL_STATE_DIR, Target, TargetError, find_target
from vis_assis.takeover.ownership import AmbiguousError
from vis_assis.takeover.rules import NoRuleError
from vis_assis.terraform.message import one_line
from vis_assis.terraform.mirror import MirrorNotFoundError
from vis_assis.terraform.runner import TerraformError


class NotDeployedError(RuntimeError):
    """There is no stack to ask."""


EXPECTED = (
    AmbiguousError,
    AmplifyRoleError,
    BackupError,
    BotoCoreError,
    Boto3Error,
    CatalogueError,
    ClientError,
    CloudError,
    DestroyRefusedError,
    DependenciesError,
    EdgePathError,
    InUseError,
    InstallationError,
    MirrorNotFoundError,
    ModelZipError,
    NavigationError,
    NoRuleError,
    NotConfirmedError,
    NotDeployedError,
    RemainsError,
    RetentionMismatchError,
    StackMismatchError,
    StartupError,
    StateBucketError,
    TargetError,
    UnrecordedError,
    UserError,
    VisAssisError,
)

Vars = Annotated[str, typer.Option(envvar="VARS", help="Terraform's -var arguments.")]
TfVars = Annotated[Path | None, typer.Option(envvar="TFVARS", help="A .tfvars file.")]
Backend = Annotated[
    Path | None, typer.Option(envvar="BACKEND_CONFIG", help="Settings of the state's backend.")
]
Adopt = Annotated[bool, typer.Option(envvar="ADOPT", help="Take over unrecorded resources.")]
StateDir = Annotated[Path, typer.Option(help="Folder of the running `make local`.")]


@contextmanager
def one_line_errors(command: str, log: Path | None = None) -> Iterator[None]:
    """Ends the program with one line on stderr for everything that can be expected to fail."""
    try:
        yield
    except TerraformError as error:
        where = f" (all of it: {log})" if log else ""
        text = one_line(str(error)) + where
    except EXPECTED as error:
        text = str(error)
    except KeyboardInterrupt:
        text = f"interrupted: run `make {command}` again"
    else:
        return
    print(f"{command} failed: {text}", file=sys.stderr)
    raise typer.Exit(1)


def deploy_command(
    *,
    variables: Vars = "",
    variables_file: TfVars = None,
    backend_config: Backend = None,
    adopt: Adopt = False,
    state_dir: StateDir = LOCAL_STATE_DIR,
) -> None:
    """Packages and applies the stack: on AWS, or on `make local` with build/local.env loaded."""
    target = chosen_target("deploy", variables, variables_file, state_dir)
    with one_line_errors("deploy", target.terraform.data_dir / "terraform.log"):
        outputs = deploy(target, say, backend_config=_resolved(backend_config), adopt=adopt)
        _refresh_environment(target, outputs)
        for name, value in sorted(outputs.items()):
            print(f"{name} = {value if isinstance(value, str) else json.dumps(value)}")


def destroy_command(
    *,
    variables: Vars = "",
    variables_file: TfVars = None,
    backend_config: Backend = None,
    adopt: Adopt = False,
    auto_approve: Annotated[bool, typer.Option(envvar="AUTO_APPROVE")] = False,
    state_dir: StateDir = LOCAL_STATE_DIR,
) -> None:
    """Shows what the stack holds, asks for its name and removes it."""
    target = chosen_target("destroy", variables, variables_file, state_dir)

    def confirm(name: str) -> bool:
        return auto_approve or ask_for_name(name)

    with one_line_errors("destroy", target.terraform.data_dir / "terraform.log"):
        destroy(target, say, confirm, backend_config=_resolved(backend_config), adopt=adopt)
        _refresh_environment(target, {})


def ask_for_name(name: str) -> bool:
    """Whether the user at the terminal types the stack's name.

    Raises:
        NotConfirmedError: when there is no terminal, or it is closed instead of an answer.
    """
    if not sys.stdin.isatty():
        raise NotConfirmedError("nobody to ask: set AUTO_APPROVE=1 to destroy from a script")
    try:
        return Prompt.ask(f"Type the stack's name ({name}) to destroy it") == name
    except EOFError as error:
        raise NotConfirmedError("nothing was destroyed: no name was given") from error


def chosen_target(
    command: str, variables: str, variables_file: Path | None, state_dir: Path
) -> Target:
    """The stack that the environment means; the program ends with one line when it is unclear."""
    with one_line_errors(command):
        return find_target(
            variables=variables, variables_file=variables_file, local_state_dir=state_dir.resolve()
        )


def deployed_outputs(target: Target) -> dict[str, Any]:
    """Terraform's outputs by name.

    Raises:
        NotDeployedError: when there are none.
        TerraformError: when they cannot be read.
    """
    outputs = target.terraform.outputs()
    if outputs:
        return outputs
    if any(resources_of(target.terraform.state_content())):
        raise NotDeployedError(
            "a destroy was refused or cut off here, and with its beginning Terraform forgot the "
            "stack's outputs: run `make deploy` to have them back, or `make destroy` to go on"
        )
    raise NotDeployedError("no stack is deployed here: run `make deploy` or `make local`")


def _refresh_environment(target: Target, outputs: Mapping[str, Any]) -> None:
    """Brings the outputs in build/local.env up to date, when that is the stack acted on."""
    file = local.ENVIRONMENT_FILE
    if not (target.is_local and file.exists()):
        return
    cloud = {
        name: value
        for name, value in read_environment(file).items()
        if not name.startswith("VIS_ASSIS_")
    }
    if cloud.get("AWS_ENDPOINT_URL") == os.environ.get("AWS_ENDPOINT_URL"):
        write_environment(file, cloud, outputs)


def _resolved(path: Path | None) -> str | None:
    return None if path is None else str(path.resolve())


def say(text: str) -> None:
    """Prints a line as it is."""
    Console(highlight=False).print(text, markup=False, soft_wrap=True)
