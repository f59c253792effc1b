"""Which endpoint variants are scalable targets."""

from __future__ import annotations

from typing import Any

from moto.applicationautoscaling.models import applicationautoscaling_backends

DIMENSION = "sagemaker:variant:DesiredInstanceCount"


def scaled_variants(account: str, region: str, endpoint: str) -> list[str]:
    """Resource ids of the endpoint's registered variants."""
    targets = _backend(account, region).targets.get(DIMENSION, {})
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
    return applicationautoscaling_backends[account][region]
