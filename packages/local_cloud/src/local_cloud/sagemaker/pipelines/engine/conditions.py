"""Evaluates the conditions of a Condition step."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from local_cloud.sagemaker.pipelines.engine.errors import ExpressionError
from local_cloud.sagemaker.pipelines.engine.expressions import Scope, evaluate

_ORDERINGS: dict[str, Callable[[Any, Any], bool]] = {
    "GreaterThan": operator.gt,
    "GreaterThanOrEqualTo": operator.ge,
    "LessThan": operator.lt,
    "LessThanOrEqualTo": operator.le,
}
_COMPARISON_KEYS = ("LeftValue", "RightValue")
_NEEDED_KEYS = {
    "In": ("QueryValue", "Values"),
    "Not": ("Expression",),
    "Or": ("Conditions",),
}
_LIST_KEYS = {"In": "Values", "Or": "Conditions"}
CONDITION_TYPES = ("Equals", *_ORDERINGS, "In", "Not", "Or")


def all_hold(conditions: list[dict[str, Any]], scope: Scope) -> bool:
    """Whether every condition of the list holds: a Condition step takes IfSteps then."""
    return all(holds(condition, scope) for condition in conditions)


def holds(condition: dict[str, Any], scope: Scope) -> bool:
    """Evaluate one condition; raises ExpressionError when its values cannot be compared."""
    kind = condition["Type"]
    if kind == "Not":
        return not holds(condition["Expression"], scope)
    if kind == "Or":
        return any(holds(part, scope) for part in condition["Conditions"])
    if kind == "In":
        query = evaluate(condition["QueryValue"], scope)
        return any(_equal(query, evaluate(item, scope)) for item in condition["Values"])
    left = evaluate(condition["LeftValue"], scope)
    right = evaluate(condition["RightValue"], scope)
    if kind == "Equals":
        return _equal(left, right)
    if not _orderable(left, right):
        raise ExpressionError(f"{kind} cannot compare {left!r} with {right!r}")
    return _ORDERINGS[kind](left, right)


def problem_of(condition: Any) -> str | None:
    """What is wrong with the shape of a condition, or None."""
    kind = condition.get("Type") if isinstance(condition, dict) else None
    if kind not in CONDITION_TYPES:
        return f"a condition's Type must be one of {', '.join(CONDITION_TYPES)}"
    missing = [key for key in _NEEDED_KEYS.get(kind, _COMPARISON_KEYS) if key not in condition]
    if missing:
        return f"{kind} lacks {' and '.join(missing)}"
    if kind == "Not":
        return problem_of(condition["Expression"])
    members = condition.get(_LIST_KEYS.get(kind, ""), [])
    if not isinstance(members, list):
        return f"{kind} needs a list of {_LIST_KEYS[kind]}"
    return next(filter(None, map(problem_of, members)), None) if kind == "Or" else None


def _equal(left: Any, right: Any) -> bool:
    # Python holds True == 1; JSON does not
    return isinstance(left, bool) == isinstance(right, bool) and bool(left == right)


def _orderable(left: Any, right: Any) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return False
    both_text = isinstance(left, str) and isinstance(right, str)
    return both_text or (isinstance(left, int | float) and isinstance(right, int | float))
