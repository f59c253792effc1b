"""What the navigation functions made: the endpoint and what belongs to it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from common.aws_errors import code
from common.derived_names import is_derived
from common.scaling_target import DIMENSION, NAMESPACE
from teardown.removal import Leftover, items

IN_PROGRESS = ("Creating", "Deleting", "RollingBack", "SystemUpdating", "Updating")


def role_policies(iam: Any, roles: tuple[str, ...]) -> Iterator[Leftover]:
    """Inline policies of the roles with exactly these names.

    Without them even an invocation under way makes nothing any more; the next apply puts them back.
    """
    for role in roles:
        try:
            names = list(items(iam, "list_role_policies", "PolicyNames", RoleName=role))
        except ClientError as exc:
            if code(exc) != "NoSuchEntity":
                raise
            continue
        for name in names:
            remove = partial(iam.delete_role_policy, RoleName=role, PolicyName=name)
            yield Leftover(f"{role}/{name}", remove)


def scaling_targets(autoscaling: Any, endpoint: str) -> Iterator[Leftover]:
    """Scalable targets of the endpoint's variants; their policies go with them."""
    scope = {"ServiceNamespace": NAMESPACE, "ScalableDimension": DIMENSION}
    for item in items(autoscaling, "describe_scalable_targets", "ScalableTargets", **scope):
        name = item["ResourceId"]
        if name.startswith(f"endpoint/{endpoint}/variant/"):
            remove = partial(autoscaling.deregister_scalable_target, ResourceId=name, **scope)
            yield Leftover(name, remove)


def endpoints(sagemaker: Any, endpoint: str) -> Iterator[Leftover]:
    """The endpoint with exactly this name, which costs money by the hour."""
    for item in items(sagemaker, "list_endpoints", "Endpoints", NameContains=endpoint):
        if item["EndpointName"] == endpoint:
            status = item["EndpointStatus"]
            yield Leftover(
                endpoint,
                partial(sagemaker.delete_endpoint, EndpointName=endpoint),
                busy=status if status in IN_PROGRESS else "",
            )


def endpoint_configs(sagemaker: Any, prefix: str) -> Iterator[Leftover]:
    """Endpoint configs of the stack."""
    listed = items(sagemaker, "list_endpoint_configs", "EndpointConfigs", NameContains=prefix)
    for item in listed:
        name = item["EndpointConfigName"]
        if is_derived(prefix, name):
            remove = partial(sagemaker.delete_endpoint_config, EndpointConfigName=name)
            yield Leftover(name, remove)


def models(sagemaker: Any, prefix: str) -> Iterator[Leftover]:
    """Models of the stack."""
    for item in items(sagemaker, "list_models", "Models", NameContains=prefix):
        name = item["ModelName"]
        if is_derived(prefix, name):
            yield Leftover(name, partial(sagemaker.delete_model, ModelName=name))


def scaling_alarms(cloudwatch: Any, endpoint: str) -> Iterator[Leftover]:
    """Alarms of target tracking; they outlive an endpoint that was deleted in a hurry."""
    prefix = f"TargetTracking-endpoint/{endpoint}/variant/"
    for item in items(cloudwatch, "describe_alarms", "MetricAlarms", AlarmNamePrefix=prefix):
        name = item["AlarmName"]
        yield Leftover(name, partial(cloudwatch.delete_alarms, AlarmNames=[name]))
