"""Which invocations of the cleanup are of no use any more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from vis_assis.takeover.stale_invocations import stale_invocations
from vis_assis.terraform.plan import Plan
from vis_assis.terraform.runner import Terraform

FUNCTION = "vis-assis-teardown"


def change(kind: str, action: str, **before: str) -> dict[str, Any]:
    changed = {"actions": [action], "before": before, "after": None}
    return {"address": f"{kind}.this", "mode": "managed", "type": kind, "change": changed}


@pytest.mark.parametrize(
    ("drift", "is_stale"),
    [
        ([], False),
        ([change("aws_lambda_function", "delete", function_name=FUNCTION)], True),
        ([change("aws_iam_role", "delete", name=FUNCTION)], True),
        ([change("aws_iam_role_policy", "delete", role=FUNCTION, name="model")], True),
        # Rights that the cleanup takes from others first, and what only changed, prove nothing.
        ([change("aws_iam_role_policy", "delete", role="vis-assis-other", name="any")], False),
        ([change("aws_iam_role", "update", name=FUNCTION)], False),
    ],
)
def test_invocations_are_stale_when_function_or_rights_are_gone(
    drift: list[dict[str, Any]], is_stale: bool
) -> None:
    recorded = [
        change("aws_lambda_invocation", "delete", function_name=FUNCTION),
        {**change("aws_lambda_invocation", "delete", function_name="other"), "address": "other"},
    ]
    content = {"resource_changes": recorded, "resource_drift": drift}
    stale = stale_invocations(Plan(Terraform(Path(), {}), Path(), content))
    assert stale == (["aws_lambda_invocation.this"] if is_stale else [])
