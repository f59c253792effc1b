"""Faults that tests ask for, and the state that they may see."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from moto.applicationautoscaling.models import applicationautoscaling_backends
from moto.core.exceptions import JsonRESTError

from local_cloud.account import ACCOUNT_ID, REGION
from local_cloud.autoscaling.targets import ROLE_FLAG

_OPERATIONS = (
    "RegisterScalableTarget",
    "DeregisterScalableTarget",
    "PutScalingPolicy",
    "DeleteScalingPolicy",
    "PutScheduledAction",
)


def apply(response: Any) -> None:
    """AWS refuses a change while another one runs; `control_scaling` says when."""
    for operation in _OPERATIONS:
        method = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", operation).lower()
        setattr(response, method, _failing_when_told(getattr(response, method), operation, method))


def _failing_when_told(
    original: Callable[[Any], Any], operation: str, method: str
) -> Callable[[Any], Any]:
    def changed(self: Any) -> Any:
        pending = _pending(self.applicationautoscaling_backend)
        if pending.get(operation, 0) > 0:
            pending[operation] -= 1
            raise JsonRESTError(
                "ConcurrentUpdateException",
                "You already have a pending update to an Application Auto Scaling resource.",
            )
        return original(self)

    changed.__name__ = method
    return changed


def control_scaling(body: dict[str, Any]) -> dict[str, Any]:
    """Let the next `count` calls of `operation` answer ConcurrentUpdateException.

    With `role` = "absent" the service-linked role is gone, as where nothing was ever registered.
    Raises ValueError for anything else.
    """
    if "role" in body:
        if body["role"] != "absent":
            raise ValueError(f"role can only be made absent, not {body['role']!r}")
        _backend().__dict__.pop(ROLE_FLAG, None)
        return describe_scaling()
    operation = body["operation"]
    if operation not in _OPERATIONS:
        raise ValueError(f"operation must be one of {', '.join(_OPERATIONS)}, not {operation!r}")
    _pending(_backend())[operation] = int(body["count"])
    return describe_scaling()


def describe_scaling() -> dict[str, Any]:
    """Targets and policies by resource id, and the faults still to come."""
    backend = _backend()
    targets = [t for resources in backend.targets.values() for t in resources.values()]
    return {
        "targets": {
            target.resource_id: {
                "min": target.min_capacity,
                "max": target.max_capacity,
                "suspended": target.suspended_state or {},
                "policies": _policies(backend, target.resource_id),
            }
            for target in targets
        },
        "concurrent_updates": {k: v for k, v in _pending(backend).items() if v},
    }


def _policies(backend: Any, resource: str) -> dict[str, Any]:
    return {
        policy.policy_name: {
            "type": policy.policy_type,
            "configuration": policy._policy_body,
            "alarms": [alarm.name for alarm in policy.alarms],
        }
        for policy in backend.policies.values()
        if policy.resource_id == resource
    }


def _pending(backend: Any) -> dict[str, int]:
    pending: dict[str, int] = backend.__dict__.setdefault("_local_cloud_concurrent_updates", {})
    return pending


def _backend() -> Any:
    return applicationautoscaling_backends[ACCOUNT_ID][REGION]
