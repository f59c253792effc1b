"""What a deployment may ask for.

https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails.html
"""

from __future__ import annotations

from typing import Any

from moto.sagemaker.exceptions import ValidationError

_MAX_ALARMS = 10


def check_deployment(config: dict[str, Any], variants: list[dict[str, Any]]) -> None:
    """Raise ValidationError for a deployment configuration that does not fit the variants."""
    blue_green, rolling = config.get("BlueGreenUpdatePolicy"), config.get("RollingUpdatePolicy")
    if blue_green and rolling:
        raise ValidationError(
            "Only one of BlueGreenUpdatePolicy and RollingUpdatePolicy can be specified."
        )
    alarms = (config.get("AutoRollbackConfiguration") or {}).get("Alarms")
    if alarms is not None and not 1 <= len(alarms) <= _MAX_ALARMS:
        raise ValidationError(f"AutoRollbackConfiguration takes 1 to {_MAX_ALARMS} alarms.")
    for name, size, least in _sizes(blue_green, rolling):
        for variant in variants:
            _check_size(name, size, least, variant)


def _sizes(blue_green: Any, rolling: Any) -> list[tuple[str, dict[str, Any], int]]:
    if rolling:
        sizes = [("MaximumBatchSize", rolling["MaximumBatchSize"], 5)]
        if rolling.get("RollbackMaximumBatchSize"):
            return [*sizes, ("RollbackMaximumBatchSize", rolling["RollbackMaximumBatchSize"], 5)]
        return sizes
    routing = (blue_green or {}).get("TrafficRoutingConfiguration") or {}
    wanted = {"CANARY": ("CanarySize", 1), "LINEAR": ("LinearStepSize", 10)}.get(
        routing.get("Type", "ALL_AT_ONCE")
    )
    if wanted is None:
        return []
    name, least = wanted
    if not routing.get(name):
        raise ValidationError(f"{name} is required for traffic routing {routing['Type']}.")
    return [(name, routing[name], least)]


def _check_size(name: str, size: dict[str, Any], least: int, variant: dict[str, Any]) -> None:
    count = variant.get("DesiredInstanceCount", 1)
    percent = size["Value"] if size["Type"] == "CAPACITY_PERCENT" else 100 * size["Value"] / count
    # half of one instance is none: a single instance cannot be replaced in parts
    if count == 1 or not least <= percent <= 50:
        raise ValidationError(
            f"{name} must be between {least}% and 50% of the instance count of variant "
            f"{variant['VariantName']}, which is {count}."
        )
