"""The policies of a step that say how often it runs: RetryPolicies and CacheConfig."""

from __future__ import annotations

from typing import Any

from local_cloud.sagemaker.pipelines.engine.definition import Step
from local_cloud.sagemaker.pipelines.engine.errors import DefinitionError

# https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-retry-policy.html
EXCEPTION_TYPES = frozenset(
    [
        *("Step.SERVICE_FAULT", "Step.THROTTLING", "SageMaker.JOB_INTERNAL_ERROR"),
        *("SageMaker.CAPACITY_ERROR", "SageMaker.RESOURCE_LIMIT"),
    ]
)


def check_policies(step: Step) -> None:
    """Raises DefinitionError for retries that make no sense, and for a cache, which there is none.

    The failures that AWS retries are its own, and do not happen here: a step runs once.
    """
    policies = step.document.get("RetryPolicies") or []
    if not isinstance(policies, list):
        raise DefinitionError(f"RetryPolicies of step {step.name} must be a list.")
    for policy in policies:
        _check_retry(step.name, policy)
    cache = step.document.get("CacheConfig") or {}
    if not isinstance(cache, dict) or not isinstance(cache.get("Enabled", False), bool):
        raise DefinitionError(f"CacheConfig of step {step.name} needs Enabled: true or false.")
    if cache.get("Enabled"):
        raise DefinitionError(
            f"Step {step.name} has a CacheConfig, which only AWS knows: the local cloud keeps no "
            "results of earlier executions; disable it here."
        )


def _check_retry(name: str, policy: Any) -> None:
    types = policy.get("ExceptionType") if isinstance(policy, dict) else None
    if not isinstance(types, list) or not types or not EXCEPTION_TYPES.issuperset(types):
        raise DefinitionError(
            f"A retry policy of step {name} needs a list ExceptionType of "
            f"{', '.join(sorted(EXCEPTION_TYPES))}."
        )
    if "MaxAttempts" in policy and "ExpireAfterMin" in policy:
        raise DefinitionError(
            f"A retry policy of step {name} has both MaxAttempts and ExpireAfterMin: choose one."
        )
