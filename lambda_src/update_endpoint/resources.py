"""SageMaker models and endpoint configs of this stack, found by their names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from common.derived_names import is_derived
from update_endpoint import configs, names
from update_endpoint.settings import Settings
from update_endpoint.state import Deployment


@dataclass(frozen=True)
class Resources:
    """Creation times by name; only names that this stack derives."""

    models: Mapping[str, datetime]
    configs: Mapping[str, datetime]


def observe(sagemaker: Any, prefix: str) -> Resources:
    """All models and endpoint configs of the stack with this name prefix."""
    return Resources(
        models=_listed(sagemaker, "list_models", "Models", "ModelName", prefix),
        configs=_listed(
            sagemaker, "list_endpoint_configs", "EndpointConfigs", "EndpointConfigName", prefix
        ),
    )


def ensure(sagemaker: Any, settings: Settings, wanted: Deployment, found: Resources) -> None:
    """Makes the deployment's model and endpoint config where they are missing."""
    tags = configs.tags(settings, wanted.release)
    if wanted.model not in found.models:
        body = configs.model_body(settings, wanted.release)
        sagemaker.create_model(ModelName=wanted.model, Tags=tags, **body)
    if wanted.config not in found.configs:
        body = configs.config_body(settings, wanted.model)
        sagemaker.create_endpoint_config(EndpointConfigName=wanted.config, Tags=tags, **body)


def model_of_config(sagemaker: Any, config: str) -> str:
    """Name of the model that an endpoint config serves."""
    answer = sagemaker.describe_endpoint_config(EndpointConfigName=config)
    return str(answer["ProductionVariants"][0]["ModelName"])


def instance_type_of_config(sagemaker: Any, config: str) -> str:
    """Instance type that an endpoint config asks for."""
    answer = sagemaker.describe_endpoint_config(EndpointConfigName=config)
    return str(answer["ProductionVariants"][0]["InstanceType"])


def release_of_model(sagemaker: Any, model: str) -> str:
    """Release that a model loads, "" when it loads something else."""
    answer = sagemaker.describe_model(ModelName=model)
    return names.release_of_key(answer.get("PrimaryContainer", {}).get("ModelDataUrl", ""))


def _listed(
    sagemaker: Any, operation: str, field: str, name: str, prefix: str
) -> dict[str, datetime]:
    pages = sagemaker.get_paginator(operation).paginate(NameContains=prefix)
    return {
        item[name]: item["CreationTime"]
        for page in pages
        for item in page[field]
        if is_derived(prefix, item[name])
    }
