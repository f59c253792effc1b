"""The function's environment variables, which modules/navigation_endpoint sets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from common.scaling_target import Variant
from common.settings import positive_integer, text


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
    """The settings as Terraform gives them, whose variables check the values.

    Errors: `SettingsError` names the variable that is missing.
    """
    return Settings(
        variant=Variant(text(environment, "ENDPOINT_NAME"), text(environment, "VARIANT_NAME")),
        minimum=positive_integer(environment, "MIN_INSTANCES"),
        maximum=positive_integer(environment, "MAX_INSTANCES"),
        metric=text(environment, "SCALING_METRIC"),
        target=float(text(environment, "SCALING_TARGET")),
        scale_out_seconds=positive_integer(environment, "SCALE_OUT_COOLDOWN_SECONDS"),
        scale_in_seconds=positive_integer(environment, "SCALE_IN_COOLDOWN_SECONDS"),
    )
