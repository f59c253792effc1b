"""Scalable targets of endpoint variants, and what hangs on them."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from support.releases import Endpoint, archive

DIMENSION = "sagemaker:variant:DesiredInstanceCount"


class Scaling:
    """An endpoint and the calls that scale it."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self.api = endpoint.client("application-autoscaling")
        self.target = {
            "ServiceNamespace": "sagemaker",
            "ResourceId": f"endpoint/{endpoint.name}/variant/primary",
            "ScalableDimension": DIMENSION,
        }

    def register(self, api: Any = None, **more: Any) -> None:
        limits = {"MinCapacity": 1, "MaxCapacity": 2}
        (api or self.api).register_scalable_target(**{**self.target, **limits, **more})

    def put_policy(self, target: float = 60.0, **more: Any) -> dict[str, Any]:
        return dict(
            self.api.put_scaling_policy(
                **self.target,
                PolicyName="invocations",
                PolicyType="TargetTrackingScaling",
                TargetTrackingScalingPolicyConfiguration={
                    "TargetValue": target,
                    "PredefinedMetricSpecification": {
                        "PredefinedMetricType": "SageMakerVariantInvocationsPerInstance"
                    },
                    **more,
                },
            )
        )

    def policies(self) -> list[dict[str, Any]]:
        answer = self.api.describe_scaling_policies(
            ServiceNamespace="sagemaker", ResourceId=self.target["ResourceId"]
        )
        return list(answer["ScalingPolicies"])

    def targets(self) -> list[dict[str, Any]]:
        answer = self.api.describe_scalable_targets(
            ServiceNamespace="sagemaker", ResourceIds=[self.target["ResourceId"]]
        )
        return list(answer["ScalableTargets"])

    def state(self) -> dict[str, Any]:
        """The target as the control plane shows it, empty when not registered."""
        targets = self.endpoint.cloud.control("scaling")["targets"]
        return dict(targets.get(self.target["ResourceId"], {}))

    def alarms(self) -> dict[str, dict[str, Any]]:
        answer = self.endpoint.client("cloudwatch").describe_alarms(
            AlarmNamePrefix=f"TargetTracking-{self.target['ResourceId']}"
        )
        return {alarm["AlarmName"]: alarm for alarm in answer["MetricAlarms"]}


@pytest.fixture
def creating(cloud: Any, client: Any, make_role: Any, unique: str) -> Scaling:
    endpoint = Endpoint(cloud, client, make_role, unique)
    endpoint.create(endpoint.config("one", archive()))
    endpoint.act("hold")
    return Scaling(endpoint)


@pytest.fixture
def scaling(creating: Scaling) -> Scaling:
    creating.endpoint.act("release")
    creating.endpoint.settle("InService")
    return creating


def code(caught: pytest.ExceptionInfo[ClientError]) -> str:
    return str(caught.value.response["Error"]["Code"])


def test_variant_must_exist_and_be_in_service(creating: Scaling) -> None:
    unknown = ("endpoint/nobody/variant/primary", f"endpoint/{creating.endpoint.name}/variant/x")
    for resource in (creating.target["ResourceId"], *unknown):
        with pytest.raises(ClientError) as caught:
            creating.register(ResourceId=resource)
        assert code(caught) == "ValidationException"
    creating.endpoint.act("release")
    creating.endpoint.settle("InService")
    creating.register()
    assert creating.targets()[0]["RoleARN"].endswith("ApplicationAutoScaling_SageMakerEndpoint")


def test_registering_is_an_upsert_with_sane_limits(scaling: Scaling) -> None:
    with pytest.raises(ClientError, match="less than minimum") as caught:
        scaling.register(MinCapacity=3)
    assert code(caught) == "ValidationException"
    with pytest.raises(ClientError, match="required"):
        scaling.api.register_scalable_target(**scaling.target, MinCapacity=1)
    scaling.register()
    scaling.api.register_scalable_target(**scaling.target, MaxCapacity=4)
    [target] = scaling.targets()
    assert (target["MinCapacity"], target["MaxCapacity"]) == (1, 4)
    assert set(target["SuspendedState"].values()) == {False}
    scaling.register(SuspendedState={"ScheduledScalingSuspended": True})
    assert scaling.state()["suspended"]["ScheduledScalingSuspended"] is True


def test_policy_needs_a_target(scaling: Scaling) -> None:
    with pytest.raises(ClientError, match="No scalable target registered") as caught:
        scaling.put_policy()
    assert code(caught) == "ObjectNotFoundException"
    with pytest.raises(ClientError) as caught:
        scaling.api.deregister_scalable_target(**scaling.target)
    assert code(caught) == "ObjectNotFoundException"
    scaling.register()
    with pytest.raises(ClientError) as caught:
        scaling.api.delete_scaling_policy(**scaling.target, PolicyName="invocations")
    assert code(caught) == "ObjectNotFoundException"


def test_target_tracking_keeps_its_alarms_up_to_date(scaling: Scaling) -> None:
    scaling.register()
    first = scaling.put_policy(60.0)
    thresholds = {
        alarm["ComparisonOperator"]: alarm["Threshold"] for alarm in scaling.alarms().values()
    }
    assert thresholds == {"GreaterThanThreshold": 60.0, "LessThanThreshold": 54.0}
    assert {alarm["AlarmName"] for alarm in first["Alarms"]} == set(scaling.alarms())
    high = next(a for a in scaling.alarms().values() if a["Threshold"] == 60.0)
    assert (high["MetricName"], high["Statistic"]) == ("InvocationsPerInstance", "Sum")
    assert {d["Name"]: d["Value"] for d in high["Dimensions"]} == {
        "EndpointName": scaling.endpoint.name,
        "VariantName": "primary",
    }
    second = scaling.put_policy(90.0, DisableScaleIn=True)
    assert second["PolicyARN"] == first["PolicyARN"]
    [alarm] = scaling.alarms().values()
    assert (alarm["AlarmName"], alarm["Threshold"]) == (high["AlarmName"], 90.0)
    named = {**scaling.target, "PolicyNames": ["another"]}
    assert scaling.api.describe_scaling_policies(**named)["ScalingPolicies"] == []
    [policy] = scaling.policies()
    assert policy["TargetTrackingScalingPolicyConfiguration"]["TargetValue"] == 90.0


def test_deregistering_deletes_policies_and_alarms(scaling: Scaling) -> None:
    scaling.register()
    scaling.put_policy()
    [(name, shown)] = scaling.state()["policies"].items()
    assert (name, shown["type"]) == ("invocations", "TargetTrackingScaling")
    assert set(shown["alarms"]) == set(scaling.alarms())
    scaling.api.deregister_scalable_target(**scaling.target)
    assert (scaling.state(), scaling.policies(), scaling.alarms()) == ({}, [], {})


def test_concurrent_updates_are_refused_when_told(scaling: Scaling) -> None:
    cloud = scaling.endpoint.cloud
    scaling.register()
    cloud.control("scaling", {"operation": "PutScalingPolicy", "count": 2})
    for _ in range(2):
        with pytest.raises(ClientError) as caught:
            scaling.put_policy()
        assert code(caught) == "ConcurrentUpdateException"
    scaling.put_policy()
    assert cloud.control("scaling")["concurrent_updates"] == {}


def test_deleting_the_endpoint_needs_and_does_the_deregistration(
    scaling: Scaling, make_role: Any
) -> None:
    endpoint = scaling.endpoint
    delete = {"Action": "sagemaker:DeleteEndpoint", "Resource": "*"}
    deregister = {
        "Action": "application-autoscaling:DeregisterScalableTarget",
        "Resource": "*",
    }
    scaling.register()
    scaling.put_policy()
    limited = endpoint.client("sagemaker", make_role("lambda", delete))
    with pytest.raises(ClientError, match="does not have application-autoscaling:Deregister"):
        limited.delete_endpoint(EndpointName=endpoint.name)
    assert endpoint.status() == "InService"
    able = endpoint.client("sagemaker", make_role("lambda", delete, deregister))
    able.delete_endpoint(EndpointName=endpoint.name)
    assert (scaling.targets(), scaling.alarms()) == ([], {})


def test_instance_type_changes_only_without_target(scaling: Scaling) -> None:
    endpoint = scaling.endpoint
    scaling.register()
    config = endpoint.config("big", archive(name="big"), kind="ml.g5.2xlarge")
    with pytest.raises(ClientError, match="deregister it first"):
        endpoint.update(config)
    scaling.api.deregister_scalable_target(**scaling.target)
    endpoint.update(config)
    endpoint.settle("InService")
    assert endpoint.ask()["model"] == "big"


REGISTER = {"Action": "application-autoscaling:RegisterScalableTarget", "Resource": "*"}
ON_THE_ENDPOINT = (
    "sagemaker:DescribeEndpoint",
    "sagemaker:DescribeEndpointConfig",
    "sagemaker:UpdateEndpointWeightsAndCapacities",
)


@pytest.mark.parametrize("missing", ON_THE_ENDPOINT)
def test_registering_needs_rights_on_the_endpoint(
    scaling: Scaling, make_role: Any, missing: str
) -> None:
    granted = [action for action in ON_THE_ENDPOINT if action != missing]
    role = make_role("lambda", REGISTER, {"Action": granted, "Resource": "*"})
    limited = scaling.endpoint.client("application-autoscaling", role)
    with pytest.raises(ClientError, match=f"not authorized to perform: {missing} "):
        scaling.register(limited)
    assert scaling.targets() == []


@pytest.mark.parametrize(("namespace", "is_allowed"), [("sagemaker", True), ("dynamodb", False)])
def test_rights_can_be_narrowed_to_a_namespace(
    scaling: Scaling, make_role: Any, namespace: str, is_allowed: bool
) -> None:
    condition = {
        "StringEquals": {
            "application-autoscaling:scalable-dimension": [DIMENSION],
            "application-autoscaling:service-namespace": [namespace],
        }
    }
    deregister = {"Action": "application-autoscaling:DeregisterScalableTarget", "Resource": "*"}
    role = make_role("lambda", {**deregister, "Condition": condition})
    scaling.register()
    limited = scaling.endpoint.client("application-autoscaling", role)
    if is_allowed:
        limited.deregister_scalable_target(**scaling.target)
    else:
        with pytest.raises(ClientError, match="not authorized to perform"):
            limited.deregister_scalable_target(**scaling.target)
    assert bool(scaling.targets()) != is_allowed


def test_first_registration_needs_permission_for_the_role(scaling: Scaling, make_role: Any) -> None:
    scaling.endpoint.cloud.control("scaling", {"role": "absent"})
    rights = (REGISTER, {"Action": list(ON_THE_ENDPOINT), "Resource": "*"})
    service = "sagemaker.application-autoscaling.amazonaws.com"
    create = {
        "Action": "iam:CreateServiceLinkedRole",
        "Resource": f"arn:aws:iam::123456789012:role/aws-service-role/{service}/*",
        "Condition": {"StringEquals": {"iam:AWSServiceName": service}},
    }
    make_client = scaling.endpoint.client
    without = make_client("application-autoscaling", make_role("lambda", *rights))
    able = make_client("application-autoscaling", make_role("lambda", *rights, create))
    with pytest.raises(ClientError, match="iam:CreateServiceLinkedRole"):
        scaling.register(without)
    scaling.register(able)
    scaling.register(without)


def test_only_what_exists_is_deleted(scaling: Scaling) -> None:
    scaling.register()
    schedule = {**scaling.target, "ScheduledActionName": "night"}
    scaling.api.put_scheduled_action(**schedule, Schedule="rate(1 hour)")
    scaling.api.delete_scheduled_action(**schedule)
    with pytest.raises(ClientError) as caught:
        scaling.api.delete_scheduled_action(**schedule)
    assert code(caught) == "ObjectNotFoundException"
