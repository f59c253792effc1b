"""Shapes of Describe answers."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.sagemaker.responses import SageMakerResponse


def apply() -> None:
    """AWS leaves unset blocks out; moto sent `{}` and Terraform planned a replacement."""
    for operation in ("describe_model", "describe_endpoint_config"):
        _leave_out_empty_blocks(operation)


def _leave_out_empty_blocks(operation: str) -> None:
    original = getattr(SageMakerResponse, operation)

    def describe(self: Any) -> ActionResult:
        result = original(self).result
        values = getattr(result, "response_object", result)
        return ActionResult({k: v for k, v in values.items() if v not in (None, {}, [])})

    describe.__name__ = operation
    setattr(SageMakerResponse, operation, describe)
