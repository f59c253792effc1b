"""Scalable targets of the navigation endpoint; their policies go with them."""

from __future__ import annotations

from typing import Any

from common.scaling_target import DIMENSION, NAMESPACE
from teardown.kinds.pages import items


class ScalingTargets:
    """Targets of the variants of the endpoint with exactly this name."""

    title = "scalable target"

    def __init__(self, autoscaling: Any, endpoint: str) -> None:
        self._autoscaling, self._prefix = autoscaling, f"endpoint/{endpoint}/variant/"

    def find(self) -> list[str]:
        listed = items(
            self._autoscaling,
            "describe_scalable_targets",
            "ScalableTargets",
            ServiceNamespace=NAMESPACE,
            ScalableDimension=DIMENSION,
        )
        return [
            item["ResourceId"] for item in listed if item["ResourceId"].startswith(self._prefix)
        ]

    def remove(self, name: str) -> None:
        self._autoscaling.deregister_scalable_target(
            ServiceNamespace=NAMESPACE, ResourceId=name, ScalableDimension=DIMENSION
        )
