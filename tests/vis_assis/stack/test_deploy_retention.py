"""What a plan says about the stack's name and about what outlives a destroy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from vis_assis.errors import CommandError
from vis_assis.stack.preparation import check_name
from vis_assis.stack.retention import is_kept, kept_modules as kept_modules_of
from vis_assis.terraform.plan import Plan
from vis_assis.terraform.runner import Terraform

KEEP = {"deletion_protection": False, "retain_buckets": False, "retain_models": False}


def plan(
    variables: dict[str, Any], recorded: dict[str, Any] | None = None, name: str = "vis-assis"
) -> Plan:
    """A plan on a state that holds a cleanup function, unless nothing is recorded."""
    function: dict[str, Any] = {
        "mode": "managed",
        "type": "aws_lambda_function",
        "values": {
            "tags_all": {"project": name},
            "environment": [{"variables": {"KEEP": json.dumps(recorded)}}],
        },
    }
    module = {"child_modules": [{"resources": [function] if recorded else []}]}
    content = {
        "variables": {key: {"value": value} for key, value in variables.items()},
        "resource_changes": [
            {
                **function,
                "address": "module.teardown.aws_lambda_function.this",
                "change": {"actions": ["delete"], "before": function["values"], "after": None},
            }
        ]
        if recorded
        else [],
        "prior_state": {"values": {"root_module": module}},
    }
    return Plan(Terraform(Path(), {}), Path(), content)


def kept_modules(plan: Plan) -> tuple[str, ...]:
    return kept_modules_of(plan, plan.changes("delete"))


def test_nothing_is_kept_by_default() -> None:
    assert kept_modules(plan(KEEP, KEEP)) == ()


def test_what_the_deployed_stack_and_the_variables_retain_is_kept() -> None:
    wanted = {**KEEP, "retain_buckets": True}
    kept = kept_modules(plan(wanted, wanted))
    assert kept == ("module.model_buckets",)
    assert is_kept("module.model_buckets.module.access_logs.aws_s3_bucket.this", kept)
    assert not is_kept("module.model_buckets_of_others.aws_s3_bucket.this", kept)


@pytest.mark.parametrize("wanted", [True, False])
def test_a_deployed_stack_that_says_otherwise_stops_the_destroy(wanted: bool) -> None:
    asked, deployed = {**KEEP, "retain_models": wanted}, {**KEEP, "retain_models": not wanted}
    with pytest.raises(CommandError, match="retain_models is"):
        kept_modules(plan(asked, deployed))


def test_without_the_function_the_variables_decide() -> None:
    assert kept_modules(plan({**KEEP, "retain_models": True})) == ("module.model_registry",)


def test_the_state_of_another_stack_is_refused() -> None:
    assert check_name(plan({"name_prefix": "vis-assis"}, KEEP)) == "vis-assis"
    assert check_name(plan({"name_prefix": "two"})) == "two"
    with pytest.raises(CommandError, match="the state is that of the stack vis-assis"):
        check_name(plan({"name_prefix": "two"}, KEEP))
