"""Condition types of pipeline definitions."""

from __future__ import annotations

from typing import Any

import pytest

from local_cloud.sagemaker.pipelines.engine.conditions import all_hold, holds, problem_of
from local_cloud.sagemaker.pipelines.engine.errors import ExpressionError
from support.pipeline_scope import FakeScope

SCOPE = FakeScope(parameters={"Size": 5, "Name": "depth"})
SIZE = {"Get": "Parameters.Size"}


def compare(kind: str, left: Any, right: Any) -> dict[str, Any]:
    return {"Type": kind, "LeftValue": left, "RightValue": right}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (compare("Equals", SIZE, 5), True),
        (compare("Equals", SIZE, 5.0), True),
        (compare("Equals", SIZE, "5"), False),
        (compare("Equals", 1, True), False),
        (compare("Equals", True, True), True),
        (compare("GreaterThan", SIZE, 5), False),
        (compare("GreaterThan", SIZE, 4.5), True),
        (compare("GreaterThanOrEqualTo", SIZE, 5), True),
        (compare("LessThan", SIZE, 6), True),
        (compare("LessThan", SIZE, 5), False),
        (compare("LessThanOrEqualTo", SIZE, 5), True),
        (compare("LessThanOrEqualTo", SIZE, 4), False),
        ({"Type": "In", "QueryValue": SIZE, "Values": [1, SIZE]}, True),
        ({"Type": "In", "QueryValue": "tts", "Values": ["depth"]}, False),
        ({"Type": "Not", "Expression": compare("Equals", SIZE, 5)}, False),
        (
            {"Type": "Or", "Conditions": [compare("Equals", 1, 2), compare("Equals", SIZE, 5)]},
            True,
        ),
        ({"Type": "Or", "Conditions": [compare("Equals", 1, 2)]}, False),
    ],
)
def test_outcomes(condition: dict[str, Any], expected: bool) -> None:
    assert problem_of(condition) is None
    assert holds(condition, SCOPE) is expected


def test_a_step_needs_all_conditions() -> None:
    true, false = compare("Equals", 1, 1), compare("Equals", 1, 2)
    assert all_hold([true, true], SCOPE)
    assert not all_hold([true, false], SCOPE)


@pytest.mark.parametrize(("left", "right"), [("a", 1), (True, 0), (None, 1)])
def test_values_without_an_order_fail_the_step(left: Any, right: Any) -> None:
    with pytest.raises(ExpressionError, match="cannot compare"):
        holds(compare("LessThan", left, right), SCOPE)


@pytest.mark.parametrize(
    ("condition", "problem"),
    [
        ({"Type": "Matches"}, "must be one of"),
        ("text", "must be one of"),
        ({"Type": "Equals", "LeftValue": 1}, "Equals lacks RightValue"),
        ({"Type": "In", "QueryValue": 1}, "In lacks Values"),
        ({"Type": "In", "QueryValue": 1, "Values": 1}, "list of Values"),
        ({"Type": "Not"}, "Not lacks Expression"),
        ({"Type": "Or", "Conditions": [{"Type": "Less"}]}, "must be one of"),
    ],
)
def test_malformed_conditions_are_named(condition: Any, problem: str) -> None:
    assert problem in (problem_of(condition) or "")
