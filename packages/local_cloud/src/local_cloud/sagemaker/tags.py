"""Tags of resources whose ARN has three path parts, or that moto cannot find."""

from __future__ import annotations

from typing import Any

from moto.sagemaker.exceptions import ValidationError
from moto.sagemaker.models import SageMakerModelBackend

from local_cloud.sagemaker.operations import Backend, state


def apply() -> None:
    """AWS lists tags of versions and user profiles, and refuses unknown ARNs; moto crashed."""
    original = SageMakerModelBackend._get_resource_from_arn

    def _get_resource_from_arn(self: Backend, arn: str) -> Any:
        kind, _, rest = arn.split(":", 5)[-1].partition("/")
        if kind == "user-profile":
            resource = state(self, "user_profiles").get(tuple(rest.split("/")))
        elif kind == "space":
            resource = state(self, "spaces").get(tuple(rest.split("/")))
        elif kind == "app":
            apps = state(self, "apps").values()
            resource = next((app for app in apps if app.arn == arn), None)
        elif kind == "model-package":
            resource = self.model_packages.get(arn)
        elif "/" in rest:
            resource = None
        else:
            try:
                resource = original(self, arn)
            except KeyError:
                resource = None
        if resource is None:
            raise ValidationError(f"Could not find {kind} with name {rest}")
        resource.tags = resource.tags or []
        return resource

    SageMakerModelBackend._get_resource_from_arn = _get_resource_from_arn
