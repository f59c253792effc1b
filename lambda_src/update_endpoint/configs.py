"""Bodies of the requests that make a release's model, endpoint config and update."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from common.derived_names import derived
from update_endpoint import names
from update_endpoint.settings import Settings
from update_endpoint.state import Deployment


def deployment(settings: Settings, release: str, version_id: str, size: int) -> Deployment:
    """What to make for a release; names follow from the bodies, so every input counts."""
    model = derived(settings.prefix, model_body(settings, release))
    config = derived(settings.prefix, config_body(settings, model))
    return Deployment(release, version_id, size, model, config)


def model_body(settings: Settings, release: str) -> dict[str, Any]:
    """CreateModel without name and tags; points at the immutable copy of the release."""
    hosting = settings.hosting
    return {
        "ExecutionRoleArn": hosting.role_arn,
        "PrimaryContainer": {
            "Image": hosting.image,
            "ModelDataUrl": f"s3://{settings.bucket}/{names.release_key(release)}",
            "Environment": dict(hosting.environment),
        },
        "EnableNetworkIsolation": hosting.isolated,
    }


def config_body(settings: Settings, model: str) -> dict[str, Any]:
    """CreateEndpointConfig without name and tags."""
    hosting = settings.hosting
    variant = {
        "VariantName": hosting.variant,
        "ModelName": model,
        "InstanceType": hosting.instance_type,
        "InitialInstanceCount": hosting.instance_count,
        "InitialVariantWeight": 1.0,
        "ModelDataDownloadTimeoutInSeconds": hosting.download_seconds,
        "ContainerStartupHealthCheckTimeoutInSeconds": hosting.startup_seconds,
    }
    if hosting.ami:
        variant["InferenceAmiVersion"] = hosting.ami
    body: dict[str, Any] = {"ProductionVariants": [variant]}
    if hosting.capture_percentage:
        body["DataCaptureConfig"] = {
            "EnableCapture": True,
            "InitialSamplingPercentage": hosting.capture_percentage,
            "DestinationS3Uri": hosting.capture_uri,
            "CaptureOptions": [{"CaptureMode": "Input"}],
            "CaptureContentTypeHeader": {"JsonContentTypes": ["application/json"]},
        }
        if hosting.capture_key:
            body["DataCaptureConfig"]["KmsKeyId"] = hosting.capture_key
    return body


def update_body(settings: Settings, config: str, alarms: Sequence[str]) -> dict[str, Any]:
    """UpdateEndpoint to `config`: all at once, the one way that is valid with a single instance.

    The instance count reached by scaling is retained. Retaining covers DataCaptureConfig too, so
    that one is excluded: a changed capture setting would never arrive otherwise.

    Parameters:
        alarms: those that roll the update back; none when there is nothing to go back to.
    """
    body: dict[str, Any] = {
        "EndpointName": settings.endpoint,
        "EndpointConfigName": config,
        "RetainAllVariantProperties": True,
        "ExcludeRetainedVariantProperties": [{"VariantPropertyType": "DataCaptureConfig"}],
        "DeploymentConfig": {
            "BlueGreenUpdatePolicy": {
                "TrafficRoutingConfiguration": {"Type": "ALL_AT_ONCE", "WaitIntervalInSeconds": 0},
                "TerminationWaitInSeconds": settings.rollout.watch_seconds,
                "MaximumExecutionTimeoutInSeconds": settings.rollout.timeout_seconds,
            }
        },
    }
    if alarms:
        body["DeploymentConfig"]["AutoRollbackConfiguration"] = {
            "Alarms": [{"AlarmName": name} for name in alarms]
        }
    return body


def tags(settings: Settings, release: str) -> list[dict[str, str]]:
    """Tags of a model or endpoint config."""
    return [
        {"Key": "Stack", "Value": settings.stack},
        {"Key": "ReleaseId", "Value": release},
    ]
