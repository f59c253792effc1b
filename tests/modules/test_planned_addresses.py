"""What the commands look for in a plan is in it, even when nothing is deployed yet."""

from __future__ import annotations

from pathlib import Path

from tests.modules.planner import Plan
from vis_assis.stack.cleanup import requests
from vis_assis.stack.retention import GUARD, KEPT_MODULES
from vis_assis.takeover.orphaned_models import PRODUCTION
from vis_assis.terraform.plan import Plan as CommandsPlan
from vis_assis.terraform.runner import Terraform


def test_the_addresses_that_the_commands_name_exist(default_plan: Plan) -> None:
    assert default_plan.resources[PRODUCTION]["type"] == "aws_s3_bucket"
    assert (
        default_plan.outputs["production_bucket"]
        == (default_plan.resources[PRODUCTION]["change"]["after"]["bucket"])
    )
    assert default_plan.resources[GUARD]["type"] == "aws_lambda_invocation"
    for module in KEPT_MODULES.values():
        assert any(address.startswith(f"{module}.") for address in default_plan.resources)


def test_what_the_cleanup_is_about_is_known_without_a_state(default_plan: Plan) -> None:
    plan = CommandsPlan(Terraform(Path(), {}), Path(), default_plan.document)
    asked = [request for request, _ in requests(plan, plan.changes("create"))]
    (endpoint,) = (request.endpoint for request in asked if request.stage == "navigation")
    assert endpoint == default_plan.outputs["navigation_endpoint_name"]
    groups = default_plan.outputs["model_package_group_names"].values()
    assert sorted(r.group for r in asked if r.stage == "model") == sorted(groups)
    guard = default_plan.resources[GUARD]["change"]["after"]
    assert guard["lifecycle_scope"] == "CRUD"
    assert guard["input"] == '{"stage":"guard"}'
