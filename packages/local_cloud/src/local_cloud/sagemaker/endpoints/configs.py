"""Endpoint configurations."""

from __future__ import annotations

import re
from typing import Any

from moto.sagemaker.exceptions import ValidationError
from moto.sagemaker.models import FakeEndpointConfig, SageMakerModelBackend

from local_cloud.sagemaker.operations import Backend, enumeration, not_in_enumeration

_TYPES = (("gpu", re.compile(r"ml\.(g|gr|p)\d")), ("neuron", re.compile(r"ml\.(inf|trn)\d")))


def apply() -> None:
    """Apply the corrections of this module."""
    instance_types_are_todays()
    drivers_fit_the_instances()
    creating_a_configuration_twice_is_refused()
    missing_configuration_is_a_validation_error()


def instance_types_are_todays() -> None:
    """AWS takes every type of its service model; moto's list ends at g4 and refused g5."""

    def validate_instance_type(_self: Any, instance_type: str) -> None:
        _check(instance_type, "instanceType", "ProductionVariantInstanceType")

    FakeEndpointConfig.validate_instance_type = validate_instance_type


def _check(value: str, member: str, shape: str) -> None:
    if value not in enumeration(shape):
        raise ValidationError(not_in_enumeration(value, member, enumeration(shape)))


def drivers_fit_the_instances() -> None:
    """AWS takes the AMIs of its service model; moto took any text.

    Which types an AMI supports is in AWS's page "inference-gpu-drivers", by accelerator; the
    wording of that refusal is the local cloud's own.
    """
    original = SageMakerModelBackend.create_endpoint_config

    def create_endpoint_config(self: Backend, **named: Any) -> Any:
        for variant in named["production_variants"] or []:
            ami, instance_type = variant.get("InferenceAmiVersion"), variant.get("InstanceType", "")
            if not ami:
                continue
            _check(ami, "inferenceAmiVersion", "ProductionVariantInferenceAmiVersion")
            if not any(f"-{kind}-" in ami and of.match(instance_type) for kind, of in _TYPES):
                raise ValidationError(
                    f"InferenceAmiVersion {ami} is not supported on instance type {instance_type}."
                )
        return original(self, **named)

    SageMakerModelBackend.create_endpoint_config = create_endpoint_config


def creating_a_configuration_twice_is_refused() -> None:
    """AWS configurations are immutable and a name is taken once; moto replaced silently."""
    original = SageMakerModelBackend.create_endpoint_config

    def create_endpoint_config(self: Backend, **named: Any) -> Any:
        name = named["endpoint_config_name"]
        if name in self.endpoint_configs:
            arn = self.endpoint_configs[name].arn
            raise ValidationError(f'Cannot create already existing endpoint configuration "{arn}".')
        return original(self, **named)

    SageMakerModelBackend.create_endpoint_config = create_endpoint_config


def missing_configuration_is_a_validation_error() -> None:
    """AWS names the ARN in a `Could not find` error; moto's delete raised an internal one."""
    for method in ("describe_endpoint_config", "delete_endpoint_config"):
        original = getattr(SageMakerModelBackend, method)
        setattr(SageMakerModelBackend, method, _checked(original))


def _checked(original: Any) -> Any:
    def checked(self: Backend, endpoint_config_name: str) -> Any:
        if endpoint_config_name not in self.endpoint_configs:
            arn = FakeEndpointConfig.arn_formatter(
                endpoint_config_name, self.account_id, self.region_name
            )
            raise ValidationError(f'Could not find endpoint configuration "{arn}".')
        return original(self, endpoint_config_name)

    return checked
