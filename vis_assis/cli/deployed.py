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
    outputs = target.terraform.outputs()
    if outputs:
        return outputs
    if target.terraform.recorded():
        raise CommandError(
            "a destroy was refused or interrupted here, and Terraform forgets the stack's outputs "
            "as soon as one begins: run `make deploy` to have them back, or `make destroy` to go on"
        )
    raise CommandError("no stack is deployed here: run `make deploy` or `make local`")
