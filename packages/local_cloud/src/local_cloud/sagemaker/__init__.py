"""SageMaker: moto, made to behave as AWS does; one module per resource."""

from __future__ import annotations

import importlib

_RESOURCES = (
    "descriptions",
    "endpoints.configs",
    "endpoints.models",
    "endpoints.service",
    "pipelines.service",
    "registry.model_package_groups",
    "registry.model_packages",
    "studio.apps",
    "studio.domains",
    "studio.spaces",
    "studio.user_profiles",
    "tags",
    "time_source",
)


def apply() -> None:
    """Apply the corrections of every resource."""
    for name in _RESOURCES:
        importlib.import_module(f"{__name__}.{name}").apply()
