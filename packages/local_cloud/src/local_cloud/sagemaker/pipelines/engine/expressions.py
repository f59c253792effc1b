"""Evaluates the references and functions that a pipeline definition may hold in any value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from local_cloud.sagemaker.pipelines.engine.errors import ExpressionError
from local_cloud.sagemaker.pipelines.engine.json_path import look_up

FUNCTIONS = ("Get", "Std:Join", "Std:JsonGet")


class Scope(Protocol):
    """Where references find their values. Each method raises ExpressionError when it has none."""

    def parameter(self, name: str) -> Any:
        """Value of the pipeline parameter, in its declared type."""

    def execution(self, name: str) -> Any:
        """Value of the execution variable, e.g. PipelineExecutionId."""

    def step_properties(self, step: str) -> dict[str, Any]:
        """Properties of a finished step: the answer of its job's Describe call."""

    def property_file(self, step: str, name: str) -> Any:
        """Parsed JSON of a step's property file."""

    def json_object(self, uri: str) -> Any:
        """Parsed JSON of an S3 object."""


@dataclass(frozen=True)
class Reference:
    """The target of a ``Get``: kind is Parameters, Execution or Steps."""

    kind: str
    name: str
    path: str


def is_expression(value: Any) -> bool:
    """Whether a value is a reference or function call rather than plain JSON."""
    return isinstance(value, dict) and len(value) == 1 and next(iter(value)) in FUNCTIONS


def parse_reference(target: Any) -> Reference:
    """Split the target of a ``Get``; raises ExpressionError when it names nothing known."""
    if not isinstance(target, str):
        raise ExpressionError(f"the target of Get must be a string, got {target!r}")
    kind, _, rest = target.partition(".")
    name, _, path = rest.partition(".")
    if kind not in ("Parameters", "Execution", "Steps") or not name:
        raise ExpressionError(f"unknown reference '{target}'")
    if (kind == "Steps") != bool(path):
        raise ExpressionError(f"malformed reference '{target}'")
    return Reference(kind, name, path)


def references(value: Any) -> Iterator[Reference]:
    """Every reference inside a value; raises ExpressionError at a malformed one."""
    if isinstance(value, dict):
        if is_expression(value) and "Get" in value:
            yield parse_reference(value["Get"])
            return
        for item in value.values():
            yield from references(item)
    elif isinstance(value, list):
        for item in value:
            yield from references(item)


def evaluate(value: Any, scope: Scope) -> Any:
    """Replace every reference and function inside ``value`` by what it stands for."""
    if is_expression(value):
        function, argument = next(iter(value.items()))
        if function == "Get":
            return _get(argument, scope)
        if not isinstance(argument, dict):
            raise ExpressionError(f"{function} takes an object, got {argument!r}")
        return _join(argument, scope) if function == "Std:Join" else _json_get(argument, scope)
    if isinstance(value, dict):
        return {key: evaluate(item, scope) for key, item in value.items()}
    if isinstance(value, list):
        return [evaluate(item, scope) for item in value]
    return value


def as_text(value: Any) -> str:
    """A value as Std:Join and container arguments write it: booleans in lower case."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int | float):
        return str(value)
    raise ExpressionError(f"only strings, numbers and booleans can be joined, got {value!r}")


def _get(target: Any, scope: Scope) -> Any:
    reference = parse_reference(target)
    if reference.kind == "Parameters":
        return scope.parameter(reference.name)
    if reference.kind == "Execution":
        return scope.execution(reference.name)
    try:
        return look_up(scope.step_properties(reference.name), reference.path)
    except ExpressionError as error:
        raise ExpressionError(f"cannot resolve '{target}': {error}") from error


def _join(argument: dict[str, Any], scope: Scope) -> str:
    values = evaluate(argument.get("Values"), scope)
    if not isinstance(values, list):
        raise ExpressionError("Std:Join needs a list of Values")
    return str(argument.get("On", "")).join(as_text(value) for value in values)


def _json_get(argument: dict[str, Any], scope: Scope) -> Any:
    path = evaluate(argument.get("Path"), scope)
    if not isinstance(path, str):
        raise ExpressionError(f"the Path of Std:JsonGet must be a string, got {path!r}")
    if "S3Uri" in argument:
        source = as_text(evaluate(argument["S3Uri"], scope))
        document = scope.json_object(source)
    else:
        step, source = _property_file_of(argument.get("PropertyFile"))
        document = scope.property_file(step, source)
    try:
        return look_up(document, path)
    except ExpressionError as error:
        raise ExpressionError(f"Std:JsonGet on '{source}': {error}") from error


def _property_file_of(value: Any) -> tuple[str, str]:
    target = value.get("Get") if isinstance(value, dict) else None
    reference = parse_reference(target)
    prefix, _, name = reference.path.partition(".")
    if reference.kind != "Steps" or prefix != "PropertyFiles" or not name:
        raise ExpressionError(f"'{target}' names no property file")
    return reference.name, name
