"""The function's environment variables; docs/navigation.md lists them all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from common.errors import SettingsError
from common.scaling_target import Variant
from common.settings import positive_integer, text

METRICS = (
    "SageMakerVariantInvocationsPerInstance",
    "SageMakerVariantConcurrentRequestsPerModelHighResolution",
)


@dataclass(frozen=True)
class Settings:
    """How the endpoint is to scale.

    Parameters:
        metric: predefined metric that is tracked.
        target: value to hold; invocations are counted per minute and instance.
        scale_out_seconds, scale_in_seconds: cooldowns.
    """

    variant: Variant
    minimum: int
    maximum: int
    metric: str
    target: float
    scale_out_seconds: int
    scale_in_seconds: int

    @property
    def policy_name(self) -> str:
        return f"{self.variant.endpoint}-target-tracking"


def from_environment(environment: Mapping[str, str]) -> Settings:
    """The settings; `SettingsError` names the variable that is missing or wrong."""
    minimum = positive_integer(environment, "MIN_INSTANCES")
    maximum = positive_integer(environment, "MAX_INSTANCES")
    if minimum > maximum:
        raise SettingsError(
            f"environment variable MIN_INSTANCES is {minimum}: set it to at most "
            f"MAX_INSTANCES, which is {maximum}"
        )
    metric = text(environment, "SCALING_METRIC")
    if metric not in METRICS:
        raise SettingsError(
            f"environment variable SCALING_METRIC is {metric!r}: use {' or '.join(METRICS)}"
        )
    return Settings(
        variant=Variant(
            text(environment, "ENDPOINT_NAME"),
            environment.get("VARIANT_NAME", "").strip() or "navigation",
        ),
        minimum=minimum,
        maximum=maximum,
        metric=metric,
        target=_target(environment),
        scale_out_seconds=positive_integer(environment, "SCALE_OUT_COOLDOWN_SECONDS"),
        scale_in_seconds=positive_integer(environment, "SCALE_IN_COOLDOWN_SECONDS"),
    )


def _target(environment: Mapping[str, str]) -> float:
    value = text(environment, "SCALING_TARGET")
    try:
        target = float(value)
    except ValueError:
        target = 0.0
    if not 0 < target < 1_000_000:
        raise SettingsError(
            f"environment variable SCALING_TARGET is {value!r}: set it to a number above 0"
        )
    return target
