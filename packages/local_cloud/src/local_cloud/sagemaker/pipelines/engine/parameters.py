"""Pipeline parameters: declared types, defaults, and the values passed at the start."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from local_cloud.sagemaker.pipelines.engine.definition import Parameter
from local_cloud.sagemaker.pipelines.engine.errors import ParameterError


def _boolean(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError(text)
    return text.lower() == "true"


_READERS: dict[str, Callable[[str], Any]] = {
    "String": str,
    "Integer": int,
    "Float": float,
    "Boolean": _boolean,
}
_PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "String": (str,),
    "Integer": (int,),
    "Float": (float, int),
    "Boolean": (bool,),
}
PARAMETER_TYPES = tuple(_READERS)


def check_default(parameter: Parameter) -> None:
    """Raise ParameterError unless the default has the declared type and is among the enum's."""
    default = parameter.default
    if default is None:
        return
    is_odd_boolean = isinstance(default, bool) and parameter.type != "Boolean"
    if is_odd_boolean or not isinstance(default, _PYTHON_TYPES[parameter.type]):
        raise ParameterError(
            f"Default value {default!r} of parameter {parameter.name} is not of type "
            f"{parameter.type}."
        )
    _check_enum(parameter, default)


def resolve_parameters(declared: Sequence[Parameter], passed: Mapping[str, str]) -> dict[str, Any]:
    """Values of all parameters in their declared types.

    ``passed`` holds the strings of StartPipelineExecution. Raises ParameterError for unknown,
    missing, ill-typed or empty values and for values outside an enum.
    """
    unknown = sorted(set(passed) - {parameter.name for parameter in declared})
    if unknown:
        raise ParameterError(f"Unknown parameters {unknown}: not declared by the pipeline.")
    missing = sorted(p.name for p in declared if p.default is None and p.name not in passed)
    if missing:
        raise ParameterError(
            f"Parameters {missing} do not have default values and must be provided."
        )
    return {p.name: _read(p, passed[p.name]) if p.name in passed else p.default for p in declared}


def _read(parameter: Parameter, text: str) -> Any:
    if not text:
        raise ParameterError(
            f'Parameter {parameter.name}: [string "" is too short (length: 0, required minimum: 1)]'
        )
    try:
        value = _READERS[parameter.type](text)
    except ValueError as error:
        raise ParameterError(
            f"Parameter {parameter.name} expects type {parameter.type}, got '{text}'."
        ) from error
    _check_enum(parameter, value)
    return value


def _check_enum(parameter: Parameter, value: Any) -> None:
    if parameter.enum_values and value not in parameter.enum_values:
        raise ParameterError(
            f"Value {value!r} of parameter {parameter.name} is not one of "
            f"{list(parameter.enum_values)}."
        )
