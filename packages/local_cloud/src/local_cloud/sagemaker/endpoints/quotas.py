"""Quotas of an account's endpoint instances.

https://docs.aws.amazon.com/general/latest/gr/sagemaker.html has one per instance type, often 0 in
a new account. The words are those that people report, for example in
https://github.com/aws-samples/sagemaker-custom-project-templates/issues/51.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from moto.core.exceptions import ServiceException

from local_cloud.sagemaker.endpoints.state import running
from local_cloud.sagemaker.operations import Backend, state


def quotas(backend: Backend) -> dict[str, int]:
    """Instances by type, as far as a test has limited them."""
    return dict(state(backend, "endpoint_quotas"))


def set_quotas(backend: Backend, chosen: Mapping[str, int | None]) -> None:
    """Limit types, or lift limits with None; raises ValueError for a negative number."""
    for instance_type, limit in chosen.items():
        if limit is not None and limit < 0:
            raise ValueError(f"cannot limit {instance_type} to {limit} instances")
        state(backend, "endpoint_quotas").pop(instance_type, None)
        if limit is not None:
            state(backend, "endpoint_quotas")[instance_type] = limit


def require_room(backend: Backend, wanted: Mapping[str, int]) -> None:
    """Raise ResourceLimitExceeded unless the quotas have room for more instances by type.

    What an update replaces counts until it is gone: AWS runs both sets at once.
    """
    limits = quotas(backend)
    if not limits:
        return
    used = _used(backend)
    for instance_type, count in wanted.items():
        limit = limits.get(instance_type)
        if limit is not None and count > 0 and used[instance_type] + count > limit:
            raise _QuotaExceeded(
                f"The account-level service limit '{instance_type} for endpoint usage' is {limit} "
                f"Instances, with current utilization of {used[instance_type]} Instances and a "
                f"request delta of {count} Instances. Please use AWS Service Quotas to request an "
                "increase for this quota. If AWS Service Quotas is not available, contact AWS "
                "support to request an increase for this quota.",
            )


class _QuotaExceeded(ServiceException):  # type: ignore[misc]
    code = "ResourceLimitExceeded"


def instances(config: Any, variants: list[dict[str, Any]]) -> Counter[str]:
    """Instances of an endpoint config's variants by type."""
    types = {
        item["VariantName"]: item.get("InstanceType", "") for item in config.production_variants
    }
    found: Counter[str] = Counter()
    for variant in variants:
        found[types.get(variant["VariantName"], "")] += variant.get("DesiredInstanceCount", 1)
    return found


def _used(backend: Backend) -> Counter[str]:
    used: Counter[str] = Counter()
    for name, endpoint in backend.endpoints.items():
        if endpoint.endpoint_status == "Failed":
            continue
        config = backend.endpoint_configs.get(endpoint.endpoint_config_name)
        if config:
            used += instances(config, endpoint.production_variants)
        change = running(backend, name).change
        pending = backend.endpoint_configs.get(change.config_name) if change else None
        if change and pending and change.fleet:
            used += instances(pending, change.variants)
    return used
