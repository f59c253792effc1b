"""Which endpoint variants are scalable targets, without loading Application Auto Scaling.

Its first use pulls in EC2, which takes seconds; as long as nobody used it, nothing is registered.
"""

from __future__ import annotations

import sys
from typing import Any

DIMENSION = "sagemaker:variant:DesiredInstanceCount"


def scaled_variants(account: str, region: str, endpoint: str) -> list[str]:
    """Resource ids of the endpoint's registered variants."""
    backend = _backend(account, region)
    targets = backend.targets.get(DIMENSION, {}) if backend else {}
    return [name for name in targets if name.startswith(f"endpoint/{endpoint}/variant/")]


def is_scaled(account: str, region: str, endpoint: str, variant: str) -> bool:
    """Whether the variant is a scalable target."""
    resource = f"endpoint/{endpoint}/variant/{variant}"
    return resource in scaled_variants(account, region, endpoint)


def deregister_endpoint(account: str, region: str, endpoint: str) -> None:
    """Deregister every variant of an endpoint that is being deleted."""
    for resource in scaled_variants(account, region, endpoint):
        _backend(account, region).deregister_scalable_target("sagemaker", resource, DIMENSION)


def _backend(account: str, region: str) -> Any:
    models = sys.modules.get("moto.applicationautoscaling.models")
    return models.applicationautoscaling_backends[account][region] if models else None
