"""The endpoint's scaling is created, repaired and otherwise left alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given, strategies as st

from common.errors import SettingsError
from common.scaling_target import Variant
from setup_autoscaling.concurrent_updates import TRIES
from setup_autoscaling.reconcile import Outcome, policy, reconcile
from setup_autoscaling.settings import Settings, from_environment
from tests.fakes import archives
from tests.fakes.navigation_world import ENDPOINT, NavigationWorld

RESOURCE = f"endpoint/{ENDPOINT}/variant/navigation"
METRIC = "SageMakerVariantInvocationsPerInstance"
SETTINGS = Settings(Variant(ENDPOINT, "navigation"), 1, 2, METRIC, 30.0, 60, 300)
ENVIRONMENT = {
    "ENDPOINT_NAME": ENDPOINT,
    "VARIANT_NAME": "navigation",
    "MIN_INSTANCES": "1",
    "MAX_INSTANCES": "2",
    "SCALING_METRIC": METRIC,
    "SCALING_TARGET": "30",
    "SCALE_OUT_COOLDOWN_SECONDS": "60",
    "SCALE_IN_COOLDOWN_SECONDS": "300",
}


class Scene:
    """An endpoint in service and the pauses that were taken."""

    def __init__(self) -> None:
        self.world = NavigationWorld()
        self.world.upload(archives.good("a"))
        self.world.settle()
        self.pauses: list[float] = []

    def run(self, settings: Settings = SETTINGS) -> Outcome:
        return reconcile(self.world.hosting, self.world.scaling, self.pauses.append, settings)

    def is_right(self, settings: Settings = SETTINGS) -> bool:
        target = self.world.scaling.targets[RESOURCE]
        stored = self.world.scaling.policies[RESOURCE, settings.policy_name]
        limits = (target["MinCapacity"], target["MaxCapacity"])
        return (limits, stored["TargetTrackingScalingPolicyConfiguration"]) == (
            (settings.minimum, settings.maximum),
            policy(settings),
        )


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_new_endpoint_gets_target_and_policy(scene: Scene) -> None:
    assert scene.run() == Outcome("InService", ("target", "policy"))
    assert scene.is_right()


def test_nothing_is_written_when_all_is_right(scene: Scene) -> None:
    scene.run()
    before = len(scene.world.scaling.history)
    assert scene.run() == Outcome("InService")
    assert {name for name, _ in scene.world.scaling.history[before:]} == {
        "DescribeScalableTargets",
        "DescribeScalingPolicies",
    }


@pytest.mark.parametrize(
    ("drift", "repaired"),
    [
        ({"MinCapacity": 0}, ("target",)),
        ({"MaxCapacity": 9}, ("target",)),
        ({"SuspendedState": {"DynamicScalingInSuspended": True}}, ("target",)),
    ],
)
def test_drifted_target_is_repaired(
    scene: Scene, drift: dict[str, Any], repaired: tuple[str, ...]
) -> None:
    scene.run()
    scene.world.scaling.targets[RESOURCE].update(drift)
    assert scene.run().changed == repaired
    assert scene.is_right()
    assert scene.run().changed == ()


@pytest.mark.parametrize("part", ["TargetValue", "ScaleInCooldown", "DisableScaleIn"])
def test_drifted_policy_is_repaired(scene: Scene, part: str) -> None:
    scene.run()
    stored = scene.world.scaling.policies[RESOURCE, SETTINGS.policy_name]
    stored["TargetTrackingScalingPolicyConfiguration"][part] = 77
    assert scene.run().changed == ("policy",)
    assert scene.is_right()


def test_scaling_taken_away_for_an_update_comes_back(scene: Scene) -> None:
    scene.run()
    scene.world.configure(instance_type="ml.g6.xlarge")
    scene.world.settle()
    assert scene.world.scaling.policies == {}
    scene.run()
    assert scene.is_right()


@pytest.mark.parametrize("status", ["Creating", "Updating", "Failed", "Deleting"])
def test_endpoint_that_is_not_in_service_is_left_alone(scene: Scene, status: str) -> None:
    scene.world.live.status = status
    assert scene.run() == Outcome(status)
    assert scene.world.scaling.targets == {}


def test_missing_endpoint_is_left_alone() -> None:
    world = NavigationWorld()
    outcome = reconcile(world.hosting, world.scaling, lambda seconds: None, SETTINGS)
    assert outcome == Outcome("Missing")


@pytest.mark.parametrize("operation", ["RegisterScalableTarget", "PutScalingPolicy"])
def test_concurrent_updates_are_waited_for(scene: Scene, operation: str) -> None:
    scene.world.scaling.inject(operation, "ConcurrentUpdateException", times=TRIES - 1)
    scene.run()
    assert scene.is_right()
    assert len(scene.pauses) == TRIES - 1
    assert scene.pauses == sorted(scene.pauses)
    assert sum(scene.pauses) < 20


def test_endless_concurrent_updates_are_an_error(scene: Scene) -> None:
    scene.world.scaling.inject("PutScalingPolicy", "ConcurrentUpdateException", times=99)
    with pytest.raises(ClientError, match="ConcurrentUpdateException"):
        scene.run()


@pytest.mark.parametrize("code", ["AccessDeniedException", "ValidationException"])
def test_other_errors_are_raised_at_once(scene: Scene, code: str) -> None:
    scene.world.scaling.inject("RegisterScalableTarget", code, times=99)
    with pytest.raises(ClientError, match=code):
        scene.run()
    assert scene.pauses == []


@given(
    maximum=st.integers(1, 4),
    target=st.floats(1, 100),
    cooldown=st.integers(1, 900),
    metric=st.sampled_from([METRIC, "SageMakerVariantConcurrentRequestsPerModelHighResolution"]),
)
def test_any_change_of_settings_arrives_in_one_run(
    maximum: int, target: float, cooldown: int, metric: str
) -> None:
    scene = Scene()
    scene.run()
    wanted = replace(
        SETTINGS, maximum=maximum, target=target, scale_in_seconds=cooldown, metric=metric
    )
    scene.run(wanted)
    assert scene.is_right(wanted)
    assert scene.run(wanted).changed == ()


def test_settings_are_read_from_the_environment() -> None:
    assert from_environment(ENVIRONMENT) == SETTINGS


@pytest.mark.parametrize("name", ENVIRONMENT)
def test_a_missing_setting_is_named(name: str) -> None:
    with pytest.raises(SettingsError, match=name):
        from_environment({**ENVIRONMENT, name: ""})
