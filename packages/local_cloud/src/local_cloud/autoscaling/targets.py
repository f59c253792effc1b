"""Scalable targets."""

from __future__ import annotations

from typing import Any

from ministack.core.responses import request_scope
from ministack.services import ecs
from moto.applicationautoscaling.models import ApplicationAutoscalingBackend
from moto.core.exceptions import JsonRESTError
from moto.sagemaker.models import sagemaker_backends

from local_cloud.autoscaling.alarms import delete_alarms
from local_cloud.iam.caller import caller_may
from local_cloud.sagemaker.endpoints.lifecycle import settle

ROLE_FLAG = "_local_cloud_role_exists"
_SERVICE = "sagemaker.application-autoscaling.amazonaws.com"
_ROLE = f"aws-service-role/{_SERVICE}/AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint"
_NOT_SUSPENDED = {
    "DynamicScalingInSuspended": False,
    "DynamicScalingOutSuspended": False,
    "ScheduledScalingSuspended": False,
}
_BURSTABLE = "ml.t2."


def apply(response: Any) -> None:
    """Apply the corrections of this module."""
    variants_must_be_in_service()
    services_of_ecs_are_ministacks()
    registering_needs_limits_and_the_service_linked_role(response)
    deregistering_deletes_policies()


def variants_must_be_in_service() -> None:
    """AWS registers only variants of an endpoint that is InService; moto registered any name.

    The wording is the local cloud's own: AWS documents only the code, ValidationException.
    """
    original = ApplicationAutoscalingBackend.register_scalable_target

    def register_scalable_target(
        self: Any, namespace: str, r_id: str, dimension: str, *limits: Any, **named: Any
    ) -> Any:
        if namespace == "sagemaker":
            _require_variant(self, r_id)
        target = original(self, namespace, r_id, dimension, *limits, **named)
        if namespace == "sagemaker":
            target.role_arn = f"arn:aws:iam::{self.account_id}:role/{_ROLE}"
            target.suspended_state = {**_NOT_SUSPENDED, **(target.suspended_state or {})}
        return target

    ApplicationAutoscalingBackend.register_scalable_target = register_scalable_target


def services_of_ecs_are_ministacks() -> None:
    """AWS registers a service of ECS that exists; moto looked for it in an ECS of its own.

    The error of a cluster that is missing is moto's.
    """

    def _ecs_service_exists_for_target(self: Any, r_id: str) -> bool:
        _, cluster, service = r_id.split("/")
        with request_scope(self.account_id, self.region_name):
            if cluster not in ecs._clusters:
                raise JsonRESTError("ClusterNotFoundException", "Cluster not found.")
            if f"{cluster}/{service}" not in ecs._services:
                raise _invalid(f"ECS service doesn't exist: {r_id}")
        return True

    ApplicationAutoscalingBackend._ecs_service_exists_for_target = _ecs_service_exists_for_target


def registering_needs_limits_and_the_service_linked_role(response: Any) -> None:
    """AWS wants both limits at first, and permission to create the role when it does not exist."""
    original = response.register_scalable_target

    def register_scalable_target(self: Any) -> Any:
        backend = self.applicationautoscaling_backend
        known = self._get_param("ResourceId") in backend.targets.get(
            self._get_param("ScalableDimension"), {}
        )
        least, most = self._get_param("MinCapacity"), self._get_param("MaxCapacity")
        if not known and (least is None or most is None):
            raise _invalid("MinCapacity and MaxCapacity are required for a new scalable target.")
        if least is not None and most is not None and least > most:
            raise _invalid("Maximum capacity cannot be less than minimum capacity")
        if self._get_param("ServiceNamespace") == "sagemaker":
            _require_rights_on_the_endpoint(self)
            _require_service_linked_role(self)
        return original(self)

    response.register_scalable_target = register_scalable_target


def deregistering_deletes_policies() -> None:
    """AWS deletes policies, their alarms and scheduled actions with the target; moto kept them."""
    original = ApplicationAutoscalingBackend.deregister_scalable_target

    def deregister_scalable_target(self: Any, namespace: str, r_id: str, dimension: str) -> None:
        require_target(self, namespace, r_id, dimension)
        original(self, namespace, r_id, dimension)
        gone = [key for key, policy in self.policies.items() if _is_on(policy, r_id, dimension)]
        for key in gone:
            delete_alarms(self, self.policies.pop(key))
        kept = [a for a in self.scheduled_actions if not _is_on(a, r_id, dimension)]
        self.scheduled_actions = kept

    ApplicationAutoscalingBackend.deregister_scalable_target = deregister_scalable_target


def require_target(backend: Any, namespace: str, resource: str, dimension: str) -> None:
    """Raise ObjectNotFoundException unless the target is registered."""
    target = backend.targets.get(dimension, {}).get(resource)
    if target is None or target.service_namespace != namespace:
        raise JsonRESTError(
            "ObjectNotFoundException",
            f"No scalable target registered for service namespace: {namespace}, resource ID: "
            f"{resource}, scalable dimension: {dimension}",
        )


def _is_on(item: Any, resource: str, dimension: str) -> bool:
    return bool(item.resource_id == resource and item.scalable_dimension == dimension)


def _require_variant(backend: Any, resource: str) -> None:
    sagemaker = sagemaker_backends[backend.account_id][backend.region_name]
    parts = resource.split("/")
    if len(parts) != 4 or parts[0] != "endpoint" or parts[2] != "variant":
        raise _invalid("Unsupported service namespace, resource type or scalable dimension")
    settle(sagemaker, parts[1])
    endpoint = sagemaker.endpoints.get(parts[1])
    if endpoint is None:
        raise _invalid(f"Could not find endpoint for resource ID: {resource}")
    if parts[3] not in {variant["VariantName"] for variant in endpoint.production_variants}:
        raise _invalid(f"Could not find variant for resource ID: {resource}")
    if endpoint.endpoint_status != "InService":
        raise _invalid(f"The endpoint of {resource} is {endpoint.endpoint_status}, not InService")
    config = sagemaker.endpoint_configs.get(endpoint.endpoint_config_name)
    for variant in config.production_variants if config else []:
        kind = variant.get("InstanceType", "")
        if variant["VariantName"] == parts[3] and kind.startswith(_BURSTABLE):
            raise _invalid(
                f"You cannot register a variant with {kind} instance type as a scalable target. "
                "This is because the burstable performance of these instances can lead to "
                "unpredictable behavior with Auto Scaling."
            )


def _require_rights_on_the_endpoint(self: Any) -> None:
    """The caller needs what Application Auto Scaling validates and scales the variant with.

    https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling-prerequisites.html
    The wording is the local cloud's own.
    """
    backend = self.applicationautoscaling_backend
    name = self._get_param("ResourceId").split("/")[1:2]
    sagemaker = sagemaker_backends[backend.account_id][backend.region_name]
    endpoint = sagemaker.endpoints.get(name[0]) if name else None
    if endpoint is None:
        return
    prefix = f"arn:aws:sagemaker:{backend.region_name}:{backend.account_id}:"
    config = f"endpoint-config/{endpoint.endpoint_config_name}"
    needed = {
        "sagemaker:DescribeEndpoint": f"endpoint/{endpoint.endpoint_name}",
        "sagemaker:DescribeEndpointConfig": config,
        "sagemaker:UpdateEndpointWeightsAndCapacities": f"endpoint/{endpoint.endpoint_name}",
    }
    for action, resource in needed.items():
        if not caller_may(self, action, prefix + resource):
            raise _invalid(
                f"Unable to scale the variant: the caller is not authorized to perform: {action} "
                f"on resource: {prefix}{resource}"
            )


def _require_service_linked_role(self: Any) -> None:
    """The first registration creates the role, for which the caller needs permission."""
    backend = self.applicationautoscaling_backend
    if backend.__dict__.get(ROLE_FLAG):
        return
    arn = f"arn:aws:iam::{backend.account_id}:role/{_ROLE}"
    action = "iam:CreateServiceLinkedRole"
    if not caller_may(self, action, arn, {"iam:AWSServiceName": _SERVICE}):
        raise JsonRESTError(
            "AccessDeniedException",
            "Unable to assume or create the service-linked role: the caller is not authorized to "
            f"perform: {action} on resource: {arn}",
        )
    backend.__dict__[ROLE_FLAG] = True


def _invalid(message: str) -> JsonRESTError:
    return JsonRESTError("ValidationException", message)
