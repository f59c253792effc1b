"""The deployed stack that the other commands ask or use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vis_assis.aws.cloud import Cloud
from vis_assis.cli.one_line import one_line_errors
from vis_assis.errors import CommandError
from vis_assis.stack.target import Target, find_target
from vis_assis.terraform.runner import Terraform, TerraformError

NO_STACK = (
    "no stack is deployed here: run `make deploy`, or load build/local.env while `make local` runs"
)


@dataclass(frozen=True)
class Deployed:
    """A stack with outputs.

    Args:
        target: the stack.
        outputs: Terraform's, by name.
        cloud: the account and region that it is in.
    """

    target: Target
    outputs: dict[str, Any]
    cloud: Cloud


@contextmanager
def deployed_stack(command: str, state_dir: Path) -> Iterator[Deployed]:
    """Gives the stack that the environment means; errors of the block end the program in one line.

    Args:
        command: what is run, for the error.
        state_dir: folder of the running `make local`.
    """
    with one_line_errors(command):
        target = find_target(local_state_dir=state_dir.resolve())
        outputs = deployed_outputs(target)
        yield Deployed(target, outputs, Cloud(region=outputs["region"]))


def deployed_outputs(target: Target) -> dict[str, Any]:
    """Terraform's outputs by name.

    Raises:
        CommandError: when there are none.
        TerraformError: when they cannot be read.
    """
    terraform = target.terraform
    if terraform.state is not None and not terraform.state.exists():
        raise CommandError(NO_STACK)
    outputs = _read_outputs(terraform)
    if outputs:
        return outputs
    if terraform.recorded():
        raise CommandError(
            "a destroy was refused or interrupted here, and Terraform forgets the stack's outputs "
            "as soon as one begins: run `make deploy` to have them back, or `make destroy` to go on"
        )
    raise CommandError(NO_STACK)


def _read_outputs(terraform: Terraform) -> dict[str, Any]:
    """The outputs; installs the providers if they are missing, such as after `make clean`."""
    try:
        return terraform.outputs()
    except TerraformError as error:
        if "Required plugins are not installed" not in str(error):
            raise
    terraform.init()
    return terraform.outputs()
