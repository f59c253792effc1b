"""Model package groups."""

from __future__ import annotations

from typing import Any

from moto.sagemaker.exceptions import ConflictException, ValidationError
from moto.sagemaker.models import SageMakerModelBackend

from local_cloud.sagemaker.operations import Backend, Parameters, add_operation, state


def apply() -> None:
    """Apply the corrections of this module."""
    creating_a_group_twice_is_refused()
    missing_group_does_not_exist()
    for operation in (
        delete_model_package_group,
        put_model_package_group_policy,
        get_model_package_group_policy,
        delete_model_package_group_policy,
    ):
        add_operation(operation)


def creating_a_group_twice_is_refused() -> None:
    """AWS refuses a group that exists; moto replaced it silently."""
    original = SageMakerModelBackend.create_model_package_group

    def create_model_package_group(
        self: Backend, model_package_group_name: str, *others: Any, **named: Any
    ) -> Any:
        if model_package_group_name in self.model_package_groups:
            raise ValidationError(f"Model Package Group already exists: {model_package_group_name}")
        return original(self, model_package_group_name, *others, **named)

    SageMakerModelBackend.create_model_package_group = create_model_package_group


def missing_group_does_not_exist() -> None:
    """AWS says `… does not exist`, which Terraform takes for gone; moto's wording differed.

    A group may also be named by its ARN.
    """
    original = SageMakerModelBackend.describe_model_package_group

    def describe_model_package_group(self: Backend, model_package_group_name: str) -> Any:
        return original(self, _existing(self, model_package_group_name))

    SageMakerModelBackend.describe_model_package_group = describe_model_package_group


def _existing(backend: Backend, name_or_arn: str) -> str:
    name = name_or_arn.rpartition("/")[2]
    if name not in backend.model_package_groups:
        raise ValidationError(f"ModelPackageGroup {name} does not exist.")
    return name


def delete_model_package_group(backend: Backend, get: Parameters) -> None:
    """AWS deletes a group without versions and refuses one with any; moto lacks it."""
    name = _existing(backend, get("ModelPackageGroupName"))
    if any(p.model_package_group_name == name for p in backend.model_packages.values()):
        raise ConflictException(
            "Model Package Group cannot be deleted because it still contains Model Packages."
        )
    del backend.model_package_groups[name]
    state(backend, "group_policies").pop(name, None)
    state(backend, "versions").pop(name, None)


def put_model_package_group_policy(backend: Backend, get: Parameters) -> dict[str, Any]:
    """AWS keeps a resource policy per group; moto lacks it."""
    name = _existing(backend, get("ModelPackageGroupName"))
    state(backend, "group_policies")[name] = get("ResourcePolicy")
    return {"ModelPackageGroupArn": backend.model_package_groups[name].arn}


def get_model_package_group_policy(backend: Backend, get: Parameters) -> dict[str, Any]:
    """AWS answers the policy, or that there is none; moto lacks it."""
    name = _existing(backend, get("ModelPackageGroupName"))
    policies = state(backend, "group_policies")
    if name not in policies:
        raise ValidationError(f"Cannot find Model Package Group Policy for {name}.")
    return {"ResourcePolicy": policies[name]}


def delete_model_package_group_policy(backend: Backend, get: Parameters) -> None:
    """AWS drops the policy; moto lacks it."""
    name = _existing(backend, get("ModelPackageGroupName"))
    state(backend, "group_policies").pop(name, None)
