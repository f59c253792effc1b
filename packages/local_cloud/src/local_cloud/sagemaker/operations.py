"""How operations and state are added to moto's SageMaker."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.sagemaker.responses import SageMakerResponse

Backend = Any
Parameters = Callable[[str], Any]
Operation = Callable[[Backend, Parameters], dict[str, Any] | None]


def add_operation(implementation: Operation) -> None:
    """Serve the operation named after the function (`update_endpoint` for UpdateEndpoint).

    The function gets moto's backend of the caller's region and a getter of request parameters.
    """

    def handler(self: Any) -> ActionResult:
        result = implementation(self.sagemaker_backend, self._get_param)
        return EmptyResult() if result is None else ActionResult(result)

    handler.__name__ = implementation.__name__
    setattr(SageMakerResponse, implementation.__name__, handler)


def state(backend: Backend, name: str) -> dict[Any, Any]:
    """A dictionary that lives and is reset with `backend`."""
    store: dict[Any, Any] = backend.__dict__.setdefault(f"_local_cloud_{name}", {})
    return store


def tag_map(tags: list[dict[str, str]] | None) -> dict[str, str]:
    """A list of Key/Value pairs as a dictionary, as events carry tags."""
    return {tag["Key"]: tag["Value"] for tag in tags or []}
