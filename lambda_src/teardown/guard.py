"""Stops a destroy that would take what the stack is set to keep."""

from __future__ import annotations

from teardown.errors import DestroyRefused
from teardown.settings import Stack

_FORGET = "terraform state rm module.teardown_guard.aws_lambda_invocation.this"


def check_protection(stack: Stack) -> None:
    """`DestroyRefused` while deletion protection is on."""
    if stack.deletion_protection:
        raise DestroyRefused(
            f"deletion protection of {stack.name} is on and nothing was removed: apply "
            "deletion_protection=false first, then destroy"
        )


def check_retained(stack: Stack) -> None:
    """`DestroyRefused` when Terraform would try to delete what is to be kept.

    Terraform cannot leave a resource behind by itself; forgetting it first is the way. Of a
    protected user pool it would learn only when most of the stack is gone.
    """
    if stack.user_pool_protection:
        raise DestroyRefused(
            f"the user pool of {stack.name} is protected and nothing was removed: apply sign_in "
            "with deletion_protection=false first, then destroy"
        )
    addresses = [
        *(["module.model_buckets"] if stack.retain_buckets else []),
        *(["module.model_registry"] if stack.retain_models else []),
    ]
    if addresses:
        raise DestroyRefused(
            f"retain_buckets or retain_models of {stack.name} is on and nothing was removed: run "
            f"`make destroy`, or `{_FORGET} {' '.join(addresses)}` and destroy again"
        )
