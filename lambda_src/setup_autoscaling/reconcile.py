"""One run: the endpoint's scalable target and policy as configured, and no call when they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from common import scaling_target
from setup_autoscaling.concurrent_updates import patiently
from setup_autoscaling.settings import Settings

POLICY_TYPE = "TargetTrackingScaling"


@dataclass(frozen=True)
class Outcome:
    """What a run saw and did.

    Parameters:
        changed: "target" and "policy", as far as they were written.
    """

    endpoint_status: str
    changed: tuple[str, ...] = ()


def reconcile(
    sagemaker: Any, autoscaling: Any, sleep: Callable[[float], None], settings: Settings
) -> Outcome:
    """Registers what is new, repairs what has drifted; only while the endpoint is in service.

    Parameters:
        sleep: takes seconds; between tries of a call that another change delays.

    Errors: botocore's ClientError.
    """
    status = _status(sagemaker, settings.variant.endpoint)
    if status != "InService":
        return Outcome(status)
    changed = []
    # A policy needs its target, so the target comes first.
    if not _target_is_right(autoscaling, settings):
        patiently(
            autoscaling.register_scalable_target,
            sleep,
            **settings.variant.arguments(),
            MinCapacity=settings.minimum,
            MaxCapacity=settings.maximum,
            SuspendedState=_RUNNING,
        )
        changed.append("target")
    if not _policy_is_right(autoscaling, settings):
        patiently(
            autoscaling.put_scaling_policy,
            sleep,
            **settings.variant.arguments(),
            PolicyName=settings.policy_name,
            PolicyType=POLICY_TYPE,
            TargetTrackingScalingPolicyConfiguration=policy(settings),
        )
        changed.append("policy")
    return Outcome(status, tuple(changed))


_RUNNING = {
    "DynamicScalingInSuspended": False,
    "DynamicScalingOutSuspended": False,
    "ScheduledScalingSuspended": False,
}


def policy(settings: Settings) -> dict[str, Any]:
    """Target tracking as configured."""
    return {
        "TargetValue": settings.target,
        "PredefinedMetricSpecification": {"PredefinedMetricType": settings.metric},
        "ScaleOutCooldown": settings.scale_out_seconds,
        "ScaleInCooldown": settings.scale_in_seconds,
        "DisableScaleIn": False,
    }


def _status(sagemaker: Any, name: str) -> str:
    """Read from the list: SageMaker answers a missing endpoint like a malformed call."""
    pages = sagemaker.get_paginator("list_endpoints").paginate(NameContains=name)
    found = [
        item["EndpointStatus"]
        for page in pages
        for item in page["Endpoints"]
        if item["EndpointName"] == name
    ]
    return str(found[0]) if found else "Missing"


def _target_is_right(autoscaling: Any, settings: Settings) -> bool:
    found = scaling_target.find(autoscaling, settings.variant)
    if found is None:
        return False
    suspended = any(found.get("SuspendedState", {}).values())
    limits = (found.get("MinCapacity"), found.get("MaxCapacity"))
    return limits == (settings.minimum, settings.maximum) and not suspended


def _policy_is_right(autoscaling: Any, settings: Settings) -> bool:
    answer = autoscaling.describe_scaling_policies(
        PolicyNames=[settings.policy_name], **settings.variant.arguments()
    )
    for found in answer["ScalingPolicies"]:
        stored = {"DisableScaleIn": False, **found["TargetTrackingScalingPolicyConfiguration"]}
        return found["PolicyType"] == POLICY_TYPE and stored == policy(settings)
    return False
