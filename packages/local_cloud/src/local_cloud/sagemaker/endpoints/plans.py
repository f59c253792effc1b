"""From an endpoint configuration and its models to what the instances run."""

from __future__ import annotations

from typing import Any

from moto.sagemaker.exceptions import ValidationError

from local_cloud.sagemaker.endpoints.instances.artifact import artifact_of
from local_cloud.sagemaker.endpoints.instances.container import Container
from local_cloud.sagemaker.endpoints.instances.fleet import Fleet, VariantPlan
from local_cloud.sagemaker.endpoints.state import instance_host
from local_cloud.sagemaker.operations import Backend

_STARTUP_SECONDS = 600  # default of ContainerStartupHealthCheckTimeoutInSeconds


def new_fleet(
    backend: Backend, endpoint: str, config: Any, variants: list[dict[str, Any]]
) -> Fleet:
    """A fleet for a configuration, not yet loaded; `variants` say how many instances.

    Raises ValidationError for a model that is gone or that cannot run here.
    """
    by_name = {variant["VariantName"]: variant for variant in variants}
    plans = [
        VariantPlan(
            name=wanted["VariantName"],
            container=_container(backend, wanted),
            count=by_name[wanted["VariantName"]].get("DesiredInstanceCount", 1),
            weight=by_name[wanted["VariantName"]].get("DesiredWeight", 1.0),
        )
        for wanted in config.production_variants
    ]
    return Fleet(instance_host(backend), endpoint, plans)


def _container(backend: Backend, variant: dict[str, Any]) -> Container:
    name = variant["ModelName"]
    model = backend._models.get(name)
    if model is None:
        arn = f"arn:aws:sagemaker:{backend.region_name}:{backend.account_id}:model/{name}"
        raise ValidationError(f'Could not find model "{arn}".')
    definitions = [model.primary_container] if model.primary_container else model.containers
    if len(definitions) != 1:
        raise ValidationError(
            f"The local cloud runs models of one container; {name} has {len(definitions)}."
        )
    return Container(
        role_arn=model.execution_role_arn,
        artifact=artifact_of(definitions[0]),
        environment=definitions[0].get("Environment") or {},
        startup_seconds=variant.get(
            "ContainerStartupHealthCheckTimeoutInSeconds", _STARTUP_SECONDS
        ),
        isolated=bool(model.enable_network_isolation),
    )
