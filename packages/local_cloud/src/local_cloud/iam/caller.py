"""Who sent a request that moto is answering."""

from __future__ import annotations

from typing import Any

from ministack.core import iam_evaluator
from ministack.core.router import extract_access_key_id


def caller_may(
    response: Any, action: str, resource: str, context: dict[str, str] | None = None
) -> bool:
    """Whether the caller of moto's `response` may also do `action` on `resource`."""
    headers = {name.lower(): value for name, value in dict(response.headers).items()}
    denied = iam_evaluator.enforce(
        extract_access_key_id(headers, {}),
        action,
        action.partition(":")[0],
        response.region,
        resource_arn=resource,
        service_context=context or {},
    )
    return denied is None
