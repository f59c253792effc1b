"""Steps of the cleanup that a killed destroy has taken, although the state does not know it.

A state that was cut off in a write goes back to its backup, which is as old as the run. What the
cleanup needs, function and rights, may be gone by then, and an invocation would fail for ever.
Terraform destroys them only after every invocation that depends on them, so that one whose needs
are gone has done its work.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from vis_assis.stack.preparation import recorded_resources, resources_of
from vis_assis.terraform.plan import Plan

NEEDED = ("aws_iam_role", "aws_iam_role_policy", "aws_lambda_function")
_KEY = re.compile(r"\[([^\]]*)\]")
Resource = Mapping[str, Any]


def spent_invocations(plan: Plan, state: Mapping[str, Any]) -> list[str]:
    """Addresses of the recorded invocations that cannot run again, and need not.

    Args:
        plan: a plan made on this state, with a refresh.
        state: as `terraform show -json` tells it.
    """
    recorded = list(resources_of(state))
    left = {resource["address"] for resource in recorded_resources(plan)}
    gone = [item for item in recorded if item["type"] in NEEDED and item["address"] not in left]
    return [
        resource["address"]
        for resource in recorded
        if resource["type"] == "aws_lambda_invocation"
        and any(
            _is_gone(resource["address"], need, left, _of(gone, resource))
            for need in resource.get("depends_on", [])
        )
    ]


def _of(gone: Iterable[Resource], invocation: Resource) -> list[str]:
    """What is gone of the function's own: it and its role have the same name."""
    function = invocation["values"]["function_name"]
    names = ("function_name", "name", "role")
    return [item["address"] for item in gone if function in [item["values"].get(n) for n in names]]


def _is_gone(address: str, need: str, left: Iterable[str], gone: Iterable[str]) -> bool:
    """Whether the instance of `need` that belongs to the address is gone, or else all of them."""
    keys_gone = [_key(name) for name in gone if _KEY.sub("", name) == need]
    keys_left = [_key(name) for name in left if _KEY.sub("", name) == need]
    if not keys_gone:
        return False
    return not keys_left or (_key(address) in keys_gone and _key(address) not in keys_left)


def _key(address: str) -> str:
    found = re.search(r"\[([^\]]*)\]$", address)
    return found.group(1) if found else ""
