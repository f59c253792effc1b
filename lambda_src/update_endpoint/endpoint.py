"""The navigation endpoint: looked at, created, updated and deleted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from common import scaling_target
from common.scaling_target import Variant
from update_endpoint import configs
from update_endpoint.resources import Resources, instance_type_of_config
from update_endpoint.settings import Settings
from update_endpoint.state import MISSING, Endpoint


def describe(sagemaker: Any, name: str) -> Endpoint:
    """The endpoint as it is now, `Missing` included.

    SageMaker answers a missing endpoint and a malformed call with the same ValidationException, so
    existence is read from the list and no exception is given a meaning.
    """
    pages = sagemaker.get_paginator("list_endpoints").paginate(NameContains=name)
    if not any(item["EndpointName"] == name for page in pages for item in page["Endpoints"]):
        return Endpoint(MISSING)
    answer = sagemaker.describe_endpoint(EndpointName=name)
    return Endpoint(
        status=answer["EndpointStatus"],
        config=answer.get("EndpointConfigName", ""),
        pending=answer.get("PendingDeploymentSummary", {}).get("EndpointConfigName", ""),
        reason=answer.get("FailureReason", ""),
        created=answer["CreationTime"].isoformat(),
        image=_image(answer),
    )


def create(sagemaker: Any, settings: Settings, config: str) -> None:
    """Starts to create the endpoint with an existing endpoint config."""
    sagemaker.create_endpoint(
        EndpointName=settings.endpoint,
        EndpointConfigName=config,
        Tags=[{"Key": "Stack", "Value": settings.stack}],
    )


def update(
    sagemaker: Any,
    autoscaling: Any,
    settings: Settings,
    config: str,
    *,
    current: str,
    found: Resources,
    alarms: Sequence[str],
) -> None:
    """Starts to move the endpoint from config `current` to `config`.

    Parameters:
        alarms: those that take it back to `current`.

    SageMaker refuses another instance type while the variant is a scalable target, so that is
    taken away first; the autoscaling function registers it again once the endpoint is in service.
    """
    type_now = instance_type_of_config(sagemaker, current) if current in found.configs else ""
    if type_now != settings.hosting.instance_type:
        scaling_target.deregister(autoscaling, _variant(settings))
    sagemaker.update_endpoint(**configs.update_body(settings, config, alarms))


def quiet_alarms(cloudwatch: Any, settings: Settings) -> tuple[str, ...]:
    """The alarms that can judge an update: one that sounds before it began would end any.

    What is in service has raised that one, so going back to it would be no remedy.
    """
    names = settings.rollout.alarms
    if not names:
        return ()
    found = cloudwatch.describe_alarms(AlarmNames=list(names))["MetricAlarms"]
    raised = {alarm["AlarmName"] for alarm in found if alarm["StateValue"] == "ALARM"}
    return tuple(name for name in names if name not in raised)


def delete(sagemaker: Any, autoscaling: Any, settings: Settings) -> None:
    """Starts to delete the endpoint, after its scaling, which would outlive it."""
    scaling_target.deregister(autoscaling, _variant(settings))
    sagemaker.delete_endpoint(EndpointName=settings.endpoint)


def _image(answer: dict[str, Any]) -> str:
    for variant in answer.get("ProductionVariants", ()):
        for image in variant.get("DeployedImages", ()):
            return str(image.get("ResolvedImage", ""))
    return ""


def _variant(settings: Settings) -> Variant:
    return Variant(settings.endpoint, settings.hosting.variant)
