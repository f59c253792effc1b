"""SageMaker: moto, made to behave as AWS does; one module per resource."""

from __future__ import annotations

import importlib
import importlib.util

_PIPELINES = "local_cloud.services.sagemaker.pipelines"
_RESOURCES = (
    "apps",
    "descriptions",
    "domains",
    "endpoint_configs",
    "endpoints",
    "model_package_groups",
    "model_packages",
    "models",
    "spaces",
    "tags",
    "time_source",
    "user_profiles",
)


def apply() -> None:
    """Apply the corrections of every resource."""
    for name in _RESOURCES:
        importlib.import_module(f"{__name__}.{name}").apply()
    if importlib.util.find_spec(_PIPELINES):
        importlib.import_module(_PIPELINES).apply()
