"""UpdateEndpointWeightsAndCapacities, and the scaling that goes with a deleted endpoint."""

from __future__ import annotations

import copy
from typing import Any

from moto.core.exceptions import ServiceException
from moto.sagemaker.exceptions import ValidationError
from moto.sagemaker.responses import SageMakerResponse

from local_cloud.autoscaling.registry import deregister_endpoint, scaled_variants
from local_cloud.iam.caller import caller_may
from local_cloud.sagemaker.endpoints.lifecycle import begin, settle
from local_cloud.sagemaker.endpoints.quotas import instances, require_room
from local_cloud.sagemaker.endpoints.state import LOCK, Change, running
from local_cloud.sagemaker.endpoints.status import find, require_updatable
from local_cloud.sagemaker.operations import Backend, Parameters, add_operation

_DEREGISTER = "application-autoscaling:DeregisterScalableTarget"
_OF_A_VARIANT = {
    "application-autoscaling:scalable-dimension": "sagemaker:variant:DesiredInstanceCount",
    "application-autoscaling:service-namespace": "sagemaker",
}


def apply() -> None:
    """Apply the corrections of this module."""
    add_operation(update_endpoint_weights_and_capacities)
    deleting_deregisters_scaling()


def update_endpoint_weights_and_capacities(backend: Backend, get: Parameters) -> dict[str, Any]:
    """AWS starts or stops instances, which takes time; moto stayed in Updating for ever."""
    with LOCK:
        name, wanted = get("EndpointName"), get("DesiredWeightsAndCapacities")
        settle(backend, name)
        endpoint = find(backend, name)
        require_updatable(endpoint)
        _check_names(endpoint, [item["VariantName"] for item in wanted])
        fleet = running(backend, name).fleet
        variants = copy.deepcopy(endpoint.production_variants)
        for item in wanted:
            variant = next(v for v in variants if v["VariantName"] == item["VariantName"])
            variant.update(
                {key: item[key] for key in ("DesiredWeight", "DesiredInstanceCount") if key in item}
            )
        config = backend.endpoint_configs.get(endpoint.endpoint_config_name)
        if config:
            more = instances(config, variants) - instances(config, endpoint.production_variants)
            require_room(backend, more)
        endpoint.production_variants = variants
        counts = {v["VariantName"]: v.get("DesiredInstanceCount", 1) for v in variants}
        change = Change(
            due=0.0,
            variants=copy.deepcopy(variants),
            loading=fleet.resize(counts) if fleet else None,
        )
        begin(backend, endpoint, "Updating", change)
        return {"EndpointArn": endpoint.arn}


def _check_names(endpoint: Any, names: list[str]) -> None:
    known = {variant["VariantName"] for variant in endpoint.production_variants}
    for name in names:
        if names.count(name) > 1:
            raise ValidationError(f'The variant name "{name}" was non-unique within the request.')
        if name not in known:
            raise ValidationError(
                f'The variant name(s) "{name}" is/are not present within endpoint configuration '
                f'"{endpoint.endpoint_config_name}".'
            )


def deleting_deregisters_scaling() -> None:
    """AWS deregisters the variants' scalable targets, for which the caller needs permission."""
    original = SageMakerResponse.delete_endpoint

    def delete_endpoint(self: Any) -> Any:
        account, region = self.current_account, self.region
        name = self._get_param("EndpointName")
        if not scaled_variants(account, region, name):
            return original(self)
        resource = f"arn:aws:application-autoscaling:{region}:{account}:scalable-target/*"
        if not caller_may(self, _DEREGISTER, resource, _OF_A_VARIANT):
            raise _NotDeregistered
        answer = original(self)
        deregister_endpoint(account, region, name)
        return answer

    delete_endpoint.__name__ = "delete_endpoint"
    SageMakerResponse.delete_endpoint = delete_endpoint


class _NotDeregistered(ServiceException):  # type: ignore[misc]
    """Seen at https://github.com/awslabs/stable-diffusion-aws-extension/issues/161."""

    code = "AccessDeniedException"

    def __init__(self) -> None:
        super().__init__(
            "An Application AutoScaling scalable target exists for a variant being deleted, and "
            "the IAM identity used to invoke DeleteEndpoint does not have "
            f"{_DEREGISTER} permission to deregister the scalable target."
        )
