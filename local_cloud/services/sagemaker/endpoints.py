"""Endpoints: statuses over time, what each status allows, and the events."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from moto.sagemaker.exceptions import ValidationError
from moto.sagemaker.models import FakeEndpoint, SageMakerModelBackend

from local_cloud import clock
from local_cloud.events import emit_event
from local_cloud.services.sagemaker.operations import (
    Backend,
    Parameters,
    add_operation,
    state,
    tag_map,
)

TRANSITION_SECONDS = 2.0
_EVENT_STATUS = {"InService": "IN_SERVICE"}


def apply() -> None:
    """Apply the corrections of this module."""
    endpoints_take_time_and_unique_names()
    describing_settles_the_status()
    deleting_respects_the_status()
    add_operation(update_endpoint)


def endpoints_take_time_and_unique_names() -> None:
    """AWS creates in the background and refuses a taken name.

    moto was InService at once and replaced an endpoint of the same name.
    """
    original = SageMakerModelBackend.create_endpoint

    def create_endpoint(
        self: Backend, endpoint_name: str, endpoint_config_name: str, tags: Any
    ) -> Any:
        if endpoint_name in self.endpoints:
            arn = self.endpoints[endpoint_name].arn
            raise ValidationError(f'Cannot create already existing endpoint "{arn}".')
        endpoint = original(self, endpoint_name, endpoint_config_name, tags)
        _begin(self, endpoint, "Creating")
        return endpoint

    SageMakerModelBackend.create_endpoint = create_endpoint


def describing_settles_the_status() -> None:
    """AWS reaches InService after a while; moto had no states in between."""
    original = SageMakerModelBackend.describe_endpoint

    def describe_endpoint(self: Backend, endpoint_name: str) -> Any:
        settle(self, endpoint_name)
        if endpoint_name not in self.endpoints:
            raise _missing(self, endpoint_name)
        return original(self, endpoint_name)

    SageMakerModelBackend.describe_endpoint = describe_endpoint


def deleting_respects_the_status() -> None:
    """AWS refuses to delete an endpoint that is being created or updated; moto never did."""
    original = SageMakerModelBackend.delete_endpoint

    def delete_endpoint(self: Backend, endpoint_name: str) -> None:
        settle(self, endpoint_name)
        endpoint = self.endpoints.get(endpoint_name)
        if endpoint is None:
            raise _missing(self, endpoint_name)
        if endpoint.endpoint_status not in ("InService", "Failed"):
            raise ValidationError(f'Cannot update in-progress endpoint "{endpoint.arn}".')
        original(self, endpoint_name)
        state(self, "endpoint_due").pop(endpoint_name, None)
        endpoint.endpoint_status = "Deleting"
        _emit_state_change(self, endpoint)

    SageMakerModelBackend.delete_endpoint = delete_endpoint


def update_endpoint(backend: Backend, get: Parameters) -> dict[str, Any]:
    """AWS updates an endpoint that is InService, to a new configuration; moto lacks it."""
    name, config_name = get("EndpointName"), get("EndpointConfigName")
    settle(backend, name)
    endpoint = backend.endpoints.get(name)
    if endpoint is None:
        raise _missing(backend, name)
    if endpoint.endpoint_status != "InService":
        raise ValidationError(f'Cannot update in-progress endpoint "{endpoint.arn}".')
    config = backend.endpoint_configs.get(config_name)
    if config is None:
        raise ValidationError(f'Could not find endpoint configuration "{config_name}".')
    if config_name == endpoint.endpoint_config_name:
        raise ValidationError(
            "Cannot update endpoint to the configuration it already uses: "
            f'"{config_name}". Create a new endpoint configuration.'
        )
    counts = {v["VariantName"]: v for v in endpoint.production_variants}
    endpoint.endpoint_config_name = config_name
    endpoint.production_variants = endpoint._process_production_variants(config.production_variants)
    if get("RetainAllVariantProperties"):
        for variant in endpoint.production_variants:
            before = counts.get(variant["VariantName"], {})
            for key in ("DesiredInstanceCount", "CurrentInstanceCount", "DesiredWeight"):
                if key in before:
                    variant[key] = before[key]
    _begin(backend, endpoint, "Updating")
    return {"EndpointArn": endpoint.arn}


def settle(backend: Backend, name: str) -> None:
    """Bring an endpoint whose time has come into service."""
    endpoint = backend.endpoints.get(name)
    due = state(backend, "endpoint_due")
    if endpoint is None or name not in due or clock.now() < due[name]:
        return
    del due[name]
    endpoint.endpoint_status = "InService"
    endpoint.last_modified_time = clock.utcnow().replace(tzinfo=None)
    _emit_state_change(backend, endpoint)


def settle_all(backends: list[Backend]) -> None:
    """Settle every endpoint: what the passing of time does on AWS without being asked."""
    for backend in backends:
        for name in list(state(backend, "endpoint_due")):
            settle(backend, name)


def _begin(backend: Backend, endpoint: Any, status: str) -> None:
    endpoint.endpoint_status = status
    endpoint.last_modified_time = clock.utcnow().replace(tzinfo=None)
    state(backend, "endpoint_due")[endpoint.endpoint_name] = clock.now() + TRANSITION_SECONDS
    _emit_state_change(backend, endpoint)


def _missing(backend: Backend, name: str) -> ValidationError:
    arn = FakeEndpoint.arn_formatter(name, backend.account_id, backend.region_name)
    return ValidationError(f'Could not find endpoint "{arn}".')


def _emit_state_change(backend: Backend, endpoint: Any) -> None:
    status = endpoint.endpoint_status
    detail = {
        "EndpointName": endpoint.endpoint_name,
        "EndpointArn": endpoint.arn,
        "EndpointConfigName": endpoint.endpoint_config_name,
        "ProductionVariants": [
            {
                "DesiredWeight": variant.get("DesiredWeight", 1.0),
                "DesiredInstanceCount": variant.get("DesiredInstanceCount", 1),
            }
            for variant in endpoint.production_variants
        ],
        "EndpointStatus": _EVENT_STATUS.get(status, status.upper()),
        "CreationTime": _epoch_ms(endpoint.creation_time),
        "LastModifiedTime": _epoch_ms(endpoint.last_modified_time),
        "Tags": tag_map(endpoint.tags),
    }
    emit_event(
        "aws.sagemaker",
        "SageMaker Endpoint State Change",
        detail,
        [endpoint.arn],
        account=backend.account_id,
        region=backend.region_name,
    )


def _epoch_ms(moment: Any) -> int:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return int(aware.timestamp() * 1000)
