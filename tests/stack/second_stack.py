"""Stacks beside the one that all tests share, in the same account."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from tooling.local_stack import LOCAL_VARIABLES, LocalStack


def beside(stack: LocalStack, variables: Mapping[str, Any]) -> LocalStack:
    """Deploys the same configuration on the same cloud once more; whoever asked destroys it.

    Parameters:
        variables: Terraform variables, `name_prefix` among them.
    """
    folder = stack.terraform.data_dir.parent / str(variables["name_prefix"])
    terraform = dataclasses.replace(
        stack.terraform,
        data_dir=folder,
        state=folder / "terraform.tfstate",
        variables={**LOCAL_VARIABLES, **variables},
    )
    terraform.init()
    return LocalStack(stack.cloud, terraform, terraform.apply())


def changed(stack: LocalStack, variables: Mapping[str, Any]) -> LocalStack:
    """Applies other variables on top of those that the stack has."""
    together = {**stack.terraform.variables, **variables}
    terraform = dataclasses.replace(stack.terraform, variables=together)
    return LocalStack(stack.cloud, terraform, terraform.apply())
