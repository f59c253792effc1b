"""Tags of SageMaker's resources, through its own operations and the Resource Groups Tagging API."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import tagging
from moto.sagemaker.exceptions import ValidationError
from moto.sagemaker.models import SageMakerModelBackend, sagemaker_backends

from local_cloud.sagemaker.operations import Backend, state

_TAGGED_STORES = (
    "_models",
    "domains",
    "endpoint_configs",
    "endpoints",
    "model_package_groups",
    "model_packages",
    "pipelines",
    "processing_jobs",
    "training_jobs",
)


def apply() -> None:
    """Apply the corrections of this module."""
    every_resource_is_found()
    keys_are_unique()
    the_tagging_api_knows_sagemaker()


def keys_are_unique() -> None:
    """AWS gives a tag that exists its new value; moto kept both.

    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_AddTags.html
    """

    def add_tags(self: Backend, arn: str, tags: list[dict[str, str]]) -> list[dict[str, str]]:
        resource = self._get_resource_from_arn(arn)
        given = {tag["Key"] for tag in tags}
        resource.tags = [tag for tag in resource.tags if tag["Key"] not in given] + tags
        return list(resource.tags)

    SageMakerModelBackend.add_tags = add_tags


def every_resource_is_found() -> None:
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


def the_tagging_api_knows_sagemaker() -> None:
    """AWS's Resource Groups Tagging API covers SageMaker; MiniStack's did not.

    https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/supported-services.html
    """
    tagging._COLLECTORS["sagemaker"] = _collect
    tagging._WRITERS["sagemaker"] = _write
    tagging._REMOVERS["sagemaker"] = _remove


def _backend() -> Any:
    return sagemaker_backends[get_account_id()][get_region()]


def _collect() -> Iterator[tuple[str, list[dict[str, str]]]]:
    """Every resource with its tags; GetResources leaves out what never had any."""
    backend = _backend()
    for store in _TAGGED_STORES:
        for resource in list(getattr(backend, store).values()):
            if resource.tags:
                yield resource.arn, resource.tags


def every_tagged() -> Iterator[tuple[str, list[dict[str, str]]]]:
    """What IAM fills aws:ResourceTag from: also members of domains."""
    yield from _collect()
    for store in ("apps", "spaces", "user_profiles"):
        for resource in list(state(_backend(), store).values()):
            yield resource.arn, resource.tags or []


def _write(_spec: Any, arn: str, tags: dict[str, str]) -> None:
    pairs = [{"Key": key, "Value": value} for key, value in tags.items()]
    _existing(arn)
    _backend().add_tags(arn, pairs)


def _remove(_spec: Any, arn: str, keys: list[str]) -> None:
    _existing(arn)
    _backend().delete_tags(arn, keys)


def _existing(arn: str) -> None:
    try:
        _backend()._get_resource_from_arn(arn)
    except ValidationError as error:
        raise tagging._ResourceNotFound(arn) from error
