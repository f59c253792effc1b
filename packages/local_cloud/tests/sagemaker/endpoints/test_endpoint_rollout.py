"""How an update may be rolled out, and the alarms that end it."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.sagemaker.exceptions import ValidationError

from local_cloud.sagemaker.endpoints.rules import check_deployment
from local_cloud.testing.waiting import wait_for
from support.releases import Endpoint, archive


@pytest.fixture
def endpoint(cloud: Any, client: Any, make_role: Any, unique: str) -> Endpoint:
    return Endpoint(cloud, client, make_role, unique)


def percent(value: int) -> dict[str, Any]:
    return {"Type": "CAPACITY_PERCENT", "Value": value}


def rolling(size: dict[str, Any]) -> dict[str, Any]:
    return {"RollingUpdatePolicy": {"MaximumBatchSize": size, "WaitIntervalInSeconds": 0}}


def blue_green(kind: str, **sizes: Any) -> dict[str, Any]:
    routing = {"Type": kind, "WaitIntervalInSeconds": 0, **sizes}
    return {"BlueGreenUpdatePolicy": {"TrafficRoutingConfiguration": routing}}


PARTS = {
    "rolling": rolling(percent(50)),
    "canary": blue_green("CANARY", CanarySize=percent(50)),
    "linear": blue_green("LINEAR", LinearStepSize=percent(50)),
    "count": rolling({"Type": "INSTANCE_COUNT", "Value": 1}),
}


def test_single_instance_is_not_replaced_in_parts(endpoint: Endpoint) -> None:
    endpoint.serve(endpoint.config("one", archive()))
    config = endpoint.config("two", archive())
    for deployment in PARTS.values():
        with pytest.raises(ClientError, match="instance count") as caught:
            endpoint.update(config, DeploymentConfig=deployment)
        assert caught.value.response["Error"]["Code"] == "ValidationException"
    endpoint.update(config, DeploymentConfig=blue_green("ALL_AT_ONCE"))
    described = endpoint.settle("InService")
    assert described["LastDeploymentConfig"] == blue_green("ALL_AT_ONCE")


@pytest.mark.parametrize("name", PARTS)
def test_two_instances_are(name: str) -> None:
    check_deployment(PARTS[name], [{"VariantName": "v", "DesiredInstanceCount": 2}])


@pytest.mark.parametrize(
    "deployment",
    [
        rolling(percent(60)),
        rolling(percent(4)),
        blue_green("CANARY", CanarySize={"Type": "INSTANCE_COUNT", "Value": 2}),
        blue_green("LINEAR", LinearStepSize=percent(9)),
        blue_green("LINEAR"),
        {**rolling(percent(50)), **blue_green("ALL_AT_ONCE")},
        {"AutoRollbackConfiguration": {"Alarms": []}},
    ],
)
def test_parts_are_limited(deployment: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        check_deployment(deployment, [{"VariantName": "v", "DesiredInstanceCount": 2}])


def put_alarm(endpoint: Endpoint, **more: Any) -> dict[str, Any]:
    """An alarm on the endpoint's 5xx rate; the deployment that it rolls back."""
    endpoint.client("cloudwatch").put_metric_alarm(
        AlarmName=endpoint.name,
        Namespace="AWS/SageMaker",
        MetricName="Invocation5XXErrors",
        Dimensions=[
            {"Name": "EndpointName", "Value": endpoint.name},
            {"Name": "VariantName", "Value": "primary"},
        ],
        Statistic="Average",
        ComparisonOperator="GreaterThanThreshold",
        Threshold=0.1,
        Period=60,
        EvaluationPeriods=1,
        TreatMissingData="notBreaching",
        **more,
    )
    return alarmed(endpoint.name)


def alarmed(name: str) -> dict[str, Any]:
    return {
        **blue_green("ALL_AT_ONCE"),
        "AutoRollbackConfiguration": {"Alarms": [{"AlarmName": name}]},
    }


FAILING = """
import json
def model_fn(model_dir):
    return None
def predict_fn(data, model, context):
    context.set_response_status(500, "broken", 0)
    return {}
"""


def test_errors_during_an_update_roll_it_back(endpoint: Endpoint) -> None:
    endpoint.serve(endpoint.config("one", archive(FAILING)))
    deployment = put_alarm(endpoint)
    endpoint.act("hold")
    endpoint.update(endpoint.config("two", archive()), DeploymentConfig=deployment)
    with pytest.raises(ClientError, match="server error"):
        endpoint.ask()
    wait_for_alarm(endpoint)
    endpoint.act("release")
    reason = endpoint.settle("InService")["FailureReason"]
    assert reason == f"One or more auto-rollback alarms went into ALARM: {endpoint.name}."
    assert endpoint.describe()["EndpointConfigName"] == f"{endpoint.name}-one"
    assert endpoint.events()[2:] == ["UPDATING", "ROLLING_BACK", "IN_SERVICE"]


def wait_for_alarm(endpoint: Endpoint) -> None:
    def raised() -> bool:
        answer = endpoint.client("cloudwatch").describe_alarms(AlarmNames=[endpoint.name])
        return bool(answer["MetricAlarms"][0]["StateValue"] == "ALARM")

    wait_for(raised, what="the alarm")


def test_calm_alarms_let_the_update_pass(endpoint: Endpoint) -> None:
    endpoint.serve(endpoint.config("one", archive(name="one")))
    deployment = put_alarm(endpoint)
    endpoint.update(endpoint.config("two", archive(name="two")), DeploymentConfig=deployment)
    assert "FailureReason" not in endpoint.settle("InService")
    assert endpoint.ask()["model"] == "two"


def test_alarms_must_exist_and_the_role_must_see_them(endpoint: Endpoint) -> None:
    endpoint.serve(endpoint.config("one", archive(name="one")))
    endpoint.update(endpoint.config("two", archive()), DeploymentConfig=alarmed("nobody"))
    assert "nobody does not exist" in endpoint.settle("InService")["FailureReason"]
    deployment = put_alarm(endpoint)
    endpoint.client("iam").delete_role_policy(
        RoleName=endpoint.role.rpartition("/")[2], PolicyName="p"
    )
    endpoint.update(f"{endpoint.name}-two", DeploymentConfig=deployment)
    assert "cloudwatch:DescribeAlarms" in endpoint.settle("InService")["FailureReason"]
