"""UpdateEndpoint, which moto lacks."""

from __future__ import annotations

from typing import Any

from moto.sagemaker.exceptions import ValidationError
from moto.sagemaker.models import FakeEndpointConfig

from local_cloud.autoscaling.registry import is_scaled
from local_cloud.sagemaker.endpoints.lifecycle import begin, settle
from local_cloud.sagemaker.endpoints.plans import new_fleet
from local_cloud.sagemaker.endpoints.quotas import instances, require_room
from local_cloud.sagemaker.endpoints.rules import check_deployment
from local_cloud.sagemaker.endpoints.state import LOCK, Change, running
from local_cloud.sagemaker.endpoints.status import find, require_updatable
from local_cloud.sagemaker.operations import Backend, Parameters, add_operation

_COUNT = ("DesiredInstanceCount", "CurrentInstanceCount")
_WEIGHT = ("DesiredWeight", "CurrentWeight")


def apply() -> None:
    """Serve UpdateEndpoint."""
    add_operation(update_endpoint)


def update_endpoint(backend: Backend, get: Parameters) -> dict[str, Any]:
    """Start a fleet for a new configuration; the old one serves until that has succeeded."""
    with LOCK:
        name, config_name = get("EndpointName"), get("EndpointConfigName")
        settle(backend, name)
        endpoint = find(backend, name)
        require_updatable(endpoint)
        old = _config(backend, endpoint.endpoint_config_name)
        config = _config(backend, config_name)
        if config is old:
            raise ValidationError(
                "Cannot update endpoint to the configuration it already uses: "
                f'"{config_name}". Create a new endpoint configuration.'
            )
        _require_same_types_where_scaled(backend, name, old, config)
        record = running(backend, name)
        variants = endpoint._process_production_variants(config.production_variants)
        retained = _retained(get)
        _retain(variants, endpoint.production_variants, retained)
        deployment = get("DeploymentConfig") or {}
        if not deployment and get("RetainDeploymentConfig"):
            deployment = record.deployment_config
        check_deployment(deployment, variants)
        require_room(backend, instances(config, variants))
        fleet = new_fleet(backend, name, config, variants)
        change = Change(
            due=0.0,
            fleet=fleet,
            config_name=config_name,
            variants=variants,
            capture=(
                endpoint.data_capture_config
                if "DataCaptureConfig" in retained
                else config.data_capture_config
            ),
            deployment_config=deployment,
            role_arn=fleet.role_arn,
            loading=fleet.load(),
        )
        begin(backend, endpoint, "Updating", change)
        return {"EndpointArn": endpoint.arn}


def _config(backend: Backend, name: str) -> Any:
    """AWS needs the configuration in use, too: without it every update is refused."""
    if name not in backend.endpoint_configs:
        arn = FakeEndpointConfig.arn_formatter(name, backend.account_id, backend.region_name)
        raise ValidationError(f'Could not find endpoint configuration "{arn}".')
    return backend.endpoint_configs[name]


def _retained(get: Parameters) -> set[str]:
    """Property types that stay as they are instead of taking the new configuration's values."""
    if not get("RetainAllVariantProperties"):
        return set()
    excluded = get("ExcludeRetainedVariantProperties") or []
    every = {"DesiredInstanceCount", "DesiredWeight", "DataCaptureConfig"}
    return every - {item["VariantPropertyType"] for item in excluded}


def _retain(
    variants: list[dict[str, Any]], before: list[dict[str, Any]], retained: set[str]
) -> None:
    known = {variant["VariantName"]: variant for variant in before}
    keys = [key for names in (_COUNT, _WEIGHT) if names[0] in retained for key in names]
    for variant in variants:
        old = known.get(variant["VariantName"], {})
        variant.update({key: old[key] for key in keys if key in old})


def _require_same_types_where_scaled(backend: Backend, endpoint: str, old: Any, new: Any) -> None:
    """AWS: deregister the scalable target before the instance type of its variant changes."""
    types = {v["VariantName"]: v.get("InstanceType") for v in new.production_variants}
    for variant in old.production_variants:
        name = variant["VariantName"]
        changed = name not in types or types[name] != variant.get("InstanceType")
        if changed and is_scaled(backend.account_id, backend.region_name, endpoint, name):
            raise ValidationError(
                f"The instance type of variant {name} cannot change while it is registered as a "
                "scalable target: deregister it first."
            )
