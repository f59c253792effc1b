"""The endpoint's scaling is there as soon as it is in service, and stays as configured."""

from __future__ import annotations

from typing import Any

from tests.stack.navigation_driver import NavigationDriver
from vis_assis.journeys.edge_path import wait_for

DIMENSION = "sagemaker:variant:DesiredInstanceCount"


def scalable(navigation: NavigationDriver) -> dict[str, str]:
    return {
        "ServiceNamespace": "sagemaker",
        "ResourceId": f"endpoint/{navigation.endpoint}/variant/{navigation.variant}",
        "ScalableDimension": DIMENSION,
    }


def limits(navigation: NavigationDriver) -> tuple[int, int] | None:
    autoscaling = navigation.stack.client("application-autoscaling")
    found = autoscaling.describe_scalable_targets(
        ServiceNamespace="sagemaker", ResourceIds=[scalable(navigation)["ResourceId"]]
    )["ScalableTargets"]
    return (found[0]["MinCapacity"], found[0]["MaxCapacity"]) if found else None


def policies(navigation: NavigationDriver) -> list[dict[str, Any]]:
    autoscaling = navigation.stack.client("application-autoscaling")
    answer = autoscaling.describe_scaling_policies(**scalable(navigation))
    return [
        found["TargetTrackingScalingPolicyConfiguration"] for found in answer["ScalingPolicies"]
    ]


def test_a_new_endpoint_scales_as_configured(navigation: NavigationDriver) -> None:
    wait_for("the policy", lambda: policies(navigation) or None)
    navigation.wait_until_at_rest()
    assert limits(navigation) == (1, 2)
    (policy,) = policies(navigation)
    metric = policy["PredefinedMetricSpecification"]["PredefinedMetricType"]
    assert (metric, policy["TargetValue"]) == ("SageMakerVariantInvocationsPerInstance", 240.0)
    assert (policy["ScaleOutCooldown"], policy["ScaleInCooldown"]) == (60, 600)


def test_scaling_that_was_removed_by_hand_is_made_again(navigation: NavigationDriver) -> None:
    navigation.wait_until_at_rest()
    autoscaling = navigation.stack.client("application-autoscaling")
    autoscaling.deregister_scalable_target(**scalable(navigation))
    assert limits(navigation) is None
    navigation.sweep()
    wait_for("the policy", lambda: policies(navigation) or None)
    assert limits(navigation) == (1, 2)
    assert len(policies(navigation)) == 1
