"""The endpoint variant as Application Auto Scaling knows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

NAMESPACE = "sagemaker"
DIMENSION = "sagemaker:variant:DesiredInstanceCount"


@dataclass(frozen=True)
class Variant:
    """A production variant of an endpoint."""

    endpoint: str
    name: str

    @property
    def resource_id(self) -> str:
        return f"endpoint/{self.endpoint}/variant/{self.name}"

    def arguments(self) -> dict[str, str]:
        """What every call on the scalable target starts with."""
        return {
            "ServiceNamespace": NAMESPACE,
            "ResourceId": self.resource_id,
            "ScalableDimension": DIMENSION,
        }


def find(autoscaling: Any, variant: Variant) -> dict[str, Any] | None:
    """The registered scalable target, None when there is none."""
    answer = autoscaling.describe_scalable_targets(
        ServiceNamespace=NAMESPACE,
        ResourceIds=[variant.resource_id],
        ScalableDimension=DIMENSION,
    )
    found: list[dict[str, Any]] = answer["ScalableTargets"]
    return found[0] if found else None


def deregister(autoscaling: Any, variant: Variant) -> None:
    """Takes the scalable target and its policies away; nothing to do is success."""
    if find(autoscaling, variant):
        autoscaling.deregister_scalable_target(**variant.arguments())
