"""What DescribeEndpoint, DescribeEndpointConfig and DescribeModel say."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

from moto.sagemaker.models import SageMakerModelBackend
from moto.sagemaker.responses import SageMakerResponse

from local_cloud.sagemaker.endpoints.lifecycle import settle
from local_cloud.sagemaker.endpoints.state import LOCK, Running, running
from local_cloud.sagemaker.endpoints.status import find
from local_cloud.sagemaker.operations import Backend

_CONFIG_FIELDS = {
    "ExecutionRoleArn": "execution_role_arn",
    "VpcConfig": "vpc_config",
    "EnableNetworkIsolation": "enable_network_isolation",
    "ShadowProductionVariants": "shadow_production_variants",
    "ExplainerConfig": "explainer_config",
}


def apply() -> None:
    """Apply the corrections of this module."""
    endpoints_describe_their_state()
    endpoint_lists_are_settled()
    configurations_keep_every_field()
    models_keep_every_field()


def endpoints_describe_their_state() -> None:
    """AWS summarises data capture and names the pending deployment; moto echoed the request."""

    def describe_endpoint(self: Backend, endpoint_name: str) -> dict[str, Any]:
        with LOCK:
            settle(self, endpoint_name)
            return description(self, find(self, endpoint_name))

    SageMakerModelBackend.describe_endpoint = describe_endpoint


def endpoint_lists_are_settled() -> None:
    """AWS lists the status of now; moto knew only what a call had changed."""
    original = SageMakerModelBackend.list_endpoints

    def list_endpoints(self: Backend, **named: Any) -> Any:
        for name in list(self.endpoints):
            settle(self, name)
        return original(self, **named)

    SageMakerModelBackend.list_endpoints = list_endpoints


def configurations_keep_every_field() -> None:
    """AWS describes all that was created; moto dropped what it does not use."""
    original = SageMakerResponse.create_endpoint_config

    def create_endpoint_config(self: Any) -> Any:
        answer = original(self)
        config = self.sagemaker_backend.endpoint_configs[self._get_param("EndpointConfigName")]
        for field, attribute in _CONFIG_FIELDS.items():
            if self._get_param(field) is not None:
                setattr(config, attribute, self._get_param(field))
        return answer

    create_endpoint_config.__name__ = "create_endpoint_config"
    SageMakerResponse.create_endpoint_config = create_endpoint_config


def models_keep_every_field() -> None:
    """AWS keeps network isolation and the execution mode of a model; moto dropped both."""
    original = SageMakerResponse.create_model

    def create_model(self: Any) -> Any:
        answer = original(self)
        model = self.sagemaker_backend._models[self._get_param("ModelName")]
        model.enable_network_isolation = bool(self._get_param("EnableNetworkIsolation"))
        if self._get_param("InferenceExecutionConfig"):
            model.inference_execution_config = self._get_param("InferenceExecutionConfig")
        return answer

    create_model.__name__ = "create_model"
    SageMakerResponse.create_model = create_model


def description(backend: Backend, endpoint: Any) -> dict[str, Any]:
    """The endpoint as DescribeEndpoint answers it, without unset fields."""
    record = running(backend, endpoint.endpoint_name)
    values = {
        "EndpointName": endpoint.endpoint_name,
        "EndpointArn": endpoint.arn,
        "EndpointConfigName": endpoint.endpoint_config_name,
        "EndpointStatus": endpoint.endpoint_status,
        "FailureReason": endpoint.failure_reason,
        "CreationTime": endpoint.creation_time,
        "LastModifiedTime": endpoint.last_modified_time,
        "ProductionVariants": _variants(backend, endpoint),
        "DataCaptureConfig": _capture(endpoint),
        "LastDeploymentConfig": record.deployment_config,
        "PendingDeploymentSummary": _pending(endpoint, record),
    }
    return {key: value for key, value in values.items() if value not in (None, {}, [])}


def _variants(backend: Backend, endpoint: Any) -> list[dict[str, Any]]:
    if endpoint.endpoint_status in ("Creating", "Failed"):
        return []  # no instance has been in service yet
    config = backend.endpoint_configs.get(endpoint.endpoint_config_name)
    models = (
        {v["VariantName"]: v["ModelName"] for v in config.production_variants} if config else {}
    )
    shown = []
    for variant in endpoint.production_variants:
        model = backend._models.get(models.get(variant["VariantName"]))
        images = [model.primary_container, *model.containers] if model else []
        deployed = [_deployed(item["Image"]) for item in images if item.get("Image")]
        shown.append({**variant, **({"DeployedImages": deployed} if deployed else {})})
    return shown


def _deployed(image: str) -> dict[str, str]:
    """A tag is resolved to the digest that runs; ours stands for it, as no registry is asked."""
    repository = image.partition("@")[0].rpartition("/")
    name = repository[2].partition(":")[0]
    digest = image.partition("@")[2] or f"sha256:{hashlib.sha256(image.encode()).hexdigest()}"
    return {"SpecifiedImage": image, "ResolvedImage": f"{repository[0]}/{name}@{digest}"}


def _capture(endpoint: Any) -> dict[str, Any]:
    config = endpoint.data_capture_config
    if not config:
        return {}
    enabled = config.get("EnableCapture", True)
    return {
        "EnableCapture": enabled,
        "CaptureStatus": "Started" if enabled else "Stopped",
        "CurrentSamplingPercentage": config["InitialSamplingPercentage"],
        "DestinationS3Uri": config["DestinationS3Uri"],
        "KmsKeyId": config.get("KmsKeyId", ""),
    }


def _pending(endpoint: Any, record: Running) -> dict[str, Any]:
    change = record.change
    if change is None or not change.config_name or endpoint.endpoint_status != "Updating":
        return {}
    return {
        "EndpointConfigName": change.config_name,
        "ProductionVariants": change.variants,
        "StartTime": datetime.fromtimestamp(change.began, UTC).replace(tzinfo=None),
    }
