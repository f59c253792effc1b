"""With its state lost, a deployed stack is found again resource by resource, by name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from vis_assis.aws.cloud import Cloud
from vis_assis.local.local_stack import LocalStack
from vis_assis.takeover.adopt import find_unrecorded, plan_with_imports
from vis_assis.takeover.finders import GO_WITH_PARENT
from vis_assis.terraform.plan import make_plan

pytestmark = pytest.mark.long


def test_a_lost_state_is_rebuilt_by_name(stack: LocalStack, tmp_path: Path) -> None:
    lost = replace(
        stack.terraform,
        data_dir=tmp_path / "terraform",
        working_data=stack.terraform.data_dir / ".terraform",
        state=tmp_path / "terraform" / "terraform.tfstate",
    )
    cloud = Cloud(stack.cloud.environment())
    found = find_unrecorded(cloud, make_plan(lost))
    plan, imports = plan_with_imports(lost, cloud, found)
    assert len(imports) > 50
    assert {change.type for change in plan.changes("create")} <= set(GO_WITH_PARENT)
    for actions in (("delete",), ("delete", "create"), ("create", "delete")):
        assert [change.address for change in plan.changes(*actions)] == []


def test_another_stack_finds_nothing_of_this_one(stack: LocalStack, tmp_path: Path) -> None:
    other = replace(
        stack.terraform,
        data_dir=tmp_path / "terraform",
        working_data=stack.terraform.data_dir / ".terraform",
        state=tmp_path / "terraform" / "terraform.tfstate",
        arguments=["-var", "name_prefix=vis-assis-two"],
    )
    assert find_unrecorded(Cloud(stack.cloud.environment()), make_plan(other)) == {}
