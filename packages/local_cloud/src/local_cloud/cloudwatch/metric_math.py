"""Metric math, as far as alarms of this repository use it: everything else is refused.

Functions: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Mapping, Sequence
from typing import Any

Value = float | None
_OPERATORS: dict[type[ast.AST], Any] = {
    ast.Add: operator.add,
    ast.Gt: operator.gt,
    ast.Lt: operator.lt,
}


class UnsupportedExpressionError(ValueError):
    """The local cloud cannot evaluate the expression."""


def evaluate(expression: str, values: Mapping[str, Value], metrics: Sequence[str]) -> Value:
    """The value of an expression in one period; None where a datapoint is missing.

    A missing datapoint is missing in the result, too. AWS does not say so of SUM, but whoever
    fills it is right in any case.

    Args:
        expression: such as `SUM(FILL(METRICS(), 0))`.
        values: by id, in the period.
        metrics: ids of the metrics, which METRICS() stands for.

    Raises:
        UnsupportedExpressionError: when it holds anything but `+`, `>`, `<`, FILL with a number,
            IF, SUM and METRICS().
    """
    try:
        (value,) = _series(ast.parse(expression, mode="eval").body, values, metrics)
    except (SyntaxError, ValueError) as error:
        raise UnsupportedExpressionError(f"{expression!r} is no series: {error}") from error
    return value


def _series(node: ast.expr, values: Mapping[str, Value], metrics: Sequence[str]) -> list[Value]:
    def of(*nodes: ast.expr) -> list[list[Value]]:
        return [_series(each, values, metrics) for each in nodes]

    match node:
        case ast.Constant(value=int() | float() as number):
            result: list[Value] = [float(number)]
        case ast.Name(id=name) if name in values:
            result = [values[name]]
        case (
            ast.BinOp(left=left, op=sign, right=right)
            | ast.Compare(left=left, ops=[sign], comparators=[right])
        ) if type(sign) in _OPERATORS:
            (first,), (second,) = of(left, right)
            known = first is not None and second is not None
            result = [float(_OPERATORS[type(sign)](first, second)) if known else None]
        case ast.Call(func=ast.Name(id="METRICS"), args=[]):
            result = [values[name] for name in metrics]
        case ast.Call(
            func=ast.Name(id="FILL"), args=[series, ast.Constant(value=int() | float() as filler)]
        ):
            result = [float(filler) if value is None else value for value in of(series)[0]]
        case ast.Call(func=ast.Name(id="SUM"), args=[series]):
            (found,) = of(series)
            known = None not in found
            result = [sum(value for value in found if value is not None) if known else None]
        case ast.Call(func=ast.Name(id="IF"), args=[condition, then, otherwise]):
            (met,), (yes,), (no,) = of(condition, then, otherwise)
            result = [None if met is None else yes if met else no]
        case _:
            raise UnsupportedExpressionError(f"the local cloud does not know {ast.unparse(node)!r}")
    return result
