"""Stops a destroy that would take what the stack is set to keep."""

from __future__ import annotations

from teardown.errors import DestroyRefused
from teardown.settings import Stack

_FORGET = "terraform state rm module.teardown_run.aws_lambda_invocation.guard"


def check_protection(stack: Stack) -> None:
    """`DestroyRefused` while deletion protection is on."""
    if stack.deletion_protection:
        raise DestroyRefused(
            f"deletion protection of {stack.name} is on and nothing was removed: apply "
            "deletion_protection=false first, then destroy"
        )


def check_retained(stack: Stack) -> None:
    """`DestroyRefused` when Terraform would try to delete what is to be kept.

    Terraform cannot leave a resource behind by itself; forgetting it first is the way.
    """
    addresses = [
        *(["module.model_buckets"] if stack.retain_buckets else []),
        *(["module.model_registry"] if stack.retain_models else []),
    ]
    if addresses:
        raise DestroyRefused(
            f"retain_buckets or retain_models of {stack.name} is on and nothing was removed: run "
            f"`make destroy`, or `{_FORGET} {' '.join(addresses)}` and destroy again"
        )
