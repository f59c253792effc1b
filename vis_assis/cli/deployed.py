"""The deployed stack that the other commands ask or use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from vis_assis.amplify import state_bucket
from vis_assis.aws.cloud import Cloud
from vis_assis.cli import remembered
from vis_assis.cli.choices import chosen_stack
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
        outputs = _outputs_of(target, chosen_stack())
        cloud = Cloud(region=outputs["region"])
        if (account := cloud.identity[1]) != outputs["account_id"]:
            raise CommandError(
                f"stack {outputs['stack_name']} is in account {outputs['account_id']}, and your "
                f"credentials are for {account}: set AWS_PROFILE to one of that account"
            )
        yield Deployed(target, outputs, cloud)


def _outputs_of(target: Target, name: str) -> dict[str, Any]:
    """The outputs of the stack at hand, or of the one that the user names.

    Raises:
        CommandError: when the user names another stack, and its state is nowhere to be found.
    """
    at_hand: dict[str, Any] = {}
    try:
        at_hand = deployed_outputs(target)
    except CommandError:
        if not name:
            raise
    if at_hand and not target.is_local:
        remembered.note(at_hand)
    if not name or at_hand.get("stack_name") == name:
        return at_hand
    cloud = Cloud()
    earlier = None if target.is_local else remembered.outputs(name)
    try:
        found = state_bucket.outputs(cloud, name) or earlier
    except ClientError:  # rights to a stack need not include its state
        if not earlier:
            raise
        found = earlier
    if found:
        return found
    there = f"this shell points to {at_hand['stack_name']}" if at_hand else NO_STACK
    bucket = state_bucket.name(name, cloud.identity[1])
    raise CommandError(
        f"stack {name} is not at hand: {there}; used here before: "
        f"{', '.join(remembered.names()) or 'none'}; s3://{bucket} holds no state of it. Run the "
        "command in the clone that deployed it, or keep its state in that bucket"
    )


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
    if "stack_name" in outputs:
        return outputs
    if outputs:
        raise CommandError(
            "this stack was deployed with an older state of the repository, whose outputs say too "
            "little: run `make deploy`"
        )
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
