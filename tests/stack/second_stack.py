"""Stacks beside the one that all tests share, in the same account."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.stack.cut_off_runs import CommandLine
from vis_assis.local.local_stack import LocalStack


def beside(first: CommandLine, variables: Mapping[str, Any]) -> CommandLine:
    """Deploys and destroys the same configuration once more on the same cloud.

    Parameters:
        variables: Terraform variables, `name_prefix` among them.
    """
    folder = first.state_dir / str(variables["name_prefix"])
    if not folder.exists():
        folder.mkdir()
        (folder / "cloud").symlink_to(Path("..") / "cloud")
    return CommandLine(first.cloud, folder, variables, provider=first.provider)


def changed(stack: LocalStack, variables: Mapping[str, Any]) -> LocalStack:
    """Applies other variables on top of those that the stack has."""
    together = {**stack.terraform.variables, **variables}
    terraform = dataclasses.replace(stack.terraform, variables=together)
    return LocalStack(stack.cloud, terraform, terraform.apply())
