"""How operations and state are added to moto's SageMaker."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from botocore import xform_name
from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import get_service_model
from moto.sagemaker.exceptions import ValidationError
from moto.sagemaker.responses import SageMakerResponse

Backend = Any
Parameters = Callable[[str], Any]
Operation = Callable[[Backend, Parameters], dict[str, Any] | None]


def add_operation(implementation: Operation) -> None:
    """Serve the operation named after the function (`update_endpoint` for UpdateEndpoint).

    The function gets moto's backend of the caller's region and a getter of request parameters.
    """

    def handler(self: Any) -> ActionResult:
        _check_enumerations(implementation.__name__, self._get_param)
        result = implementation(self.sagemaker_backend, self._get_param)
        return EmptyResult() if result is None else ActionResult(result)

    handler.__name__ = implementation.__name__
    setattr(SageMakerResponse, implementation.__name__, handler)


def enumeration(shape: str) -> list[str]:
    """The values that botocore's service model allows for a shape."""
    return list(get_service_model("sagemaker").shape_for(shape).enum)


def not_in_enumeration(value: str, member: str, allowed: list[str]) -> str:
    """AWS's words for a value outside its enumeration.

    https://github.com/aws-samples/aws-sagemaker-heart-disease-prediction/issues/1 (seen on AWS)
    """
    return (
        f"Value '{value}' at '{member}' failed to satisfy constraint: "
        f"Member must satisfy enum value set: [{', '.join(allowed)}]"
    )


def _check_enumerations(function: str, get: Parameters) -> None:
    """AWS refuses a value that its service model does not list; botocore does not check it."""
    problems = [
        not_in_enumeration(get(name), name[0].lower() + name[1:], allowed)
        for name, allowed in _enumerations(function).items()
        if get(name) is not None and get(name) not in allowed
    ]
    if problems:
        errors = (
            "1 validation error" if len(problems) == 1 else f"{len(problems)} validation errors"
        )
        raise ValidationError(f"{errors} detected: {'; '.join(problems)}")


@cache
def _enumerations(function: str) -> dict[str, list[str]]:
    """Members of an operation's request that take one of a list of values."""
    model = get_service_model("sagemaker")
    operation = next(name for name in model.operation_names if xform_name(name) == function)
    members = model.operation_model(operation).input_shape.members
    return {name: list(shape.enum) for name, shape in members.items() if getattr(shape, "enum", ())}


def state(backend: Backend, name: str) -> dict[Any, Any]:
    """A dictionary that lives and is reset with `backend`."""
    store: dict[Any, Any] = backend.__dict__.setdefault(f"_local_cloud_{name}", {})
    return store


def tag_map(tags: list[dict[str, str]] | None) -> dict[str, str]:
    """A list of Key/Value pairs as a dictionary, as events carry tags."""
    return {tag["Key"]: tag["Value"] for tag in tags or []}
