"""Each inventory's tfvars plan to at least what its YAML file lists."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml

from tests.modules.inventory_match import differences
from tests.modules.planner import Planner


def test_the_plan_holds_the_inventory(planner: Planner, inventory_case: Path) -> None:
    expected = yaml.safe_load(inventory_case.with_suffix(".yaml").read_text(encoding="utf-8"))
    plan = planner.plan(var_file=inventory_case)
    planned = {
        "counts": Counter(change["type"] for change in plan.resources.values()),
        "resources": {
            address: change["change"]["after"] for address, change in plan.resources.items()
        },
        "outputs": plan.outputs,
    }
    assert differences(expected, planned) == []


@pytest.mark.parametrize(
    ("expected", "actual", "found"),
    [
        ({"a": 1}, {"a": 1, "b": 2}, []),
        ({"a": 1}, {"a": 2}, ["a: expected 1, planned 2"]),
        ({"a": 1}, {}, ["a: missing"]),
        ({"a": {"b": 1}}, {"a": '{"b": 2}'}, ["a.b: expected 1, planned 2"]),
        ({"a": {"b": 1}}, {"a": [{"b": 1}]}, []),
        ({"a": [1, 2]}, {"a": [1]}, ["a: expected [1, 2], planned [1]"]),
        ({"a": [{"b": 1}]}, {"a": [{"b": 3}]}, ["a[0].b: expected 1, planned 3"]),
    ],
)
def test_a_difference_is_named(expected: object, actual: object, found: list[str]) -> None:
    assert differences(expected, actual) == found
