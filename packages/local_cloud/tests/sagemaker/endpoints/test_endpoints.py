"""Endpoints change over time, as on AWS; tests move the clock instead of waiting."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_cloud.testing.waiting import wait_for


class Deployment:
    """A model, two configurations and helpers for one endpoint."""

    def __init__(self, cloud: Any, client: Any, name: str, role_arn: str) -> None:
        self.cloud, self.name = cloud, name
        self.sagemaker = client("sagemaker")
        self.sagemaker.create_model(
            ModelName=name,
            ExecutionRoleArn=role_arn,
            PrimaryContainer={"Image": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/i:1"},
        )
        for config, count in ((f"{name}-1", 1), (f"{name}-2", 2)):
            self.sagemaker.create_endpoint_config(
                EndpointConfigName=config,
                ProductionVariants=[
                    {
                        "VariantName": "primary",
                        "ModelName": name,
                        "InstanceType": "ml.g5.xlarge",
                        "InitialInstanceCount": count,
                        "InitialVariantWeight": 1.0,
                    }
                ],
            )

    def create(self) -> str:
        answer = self.sagemaker.create_endpoint(
            EndpointName=self.name, EndpointConfigName=f"{self.name}-1"
        )
        return str(answer["EndpointArn"])

    def status(self) -> str:
        return str(self.sagemaker.describe_endpoint(EndpointName=self.name)["EndpointStatus"])

    def settle(self) -> None:
        self.cloud.control("clock", {"advance_seconds": 5})
        wait_for(lambda: self.status() == "InService")

    def events(self, arn: str) -> list[dict[str, Any]]:
        return [e for e in self.cloud.control("events") if e["resources"] == [arn]]


@pytest.fixture
def deployment(cloud: Any, client: Any, unique: str, make_role: Any) -> Deployment:
    return Deployment(cloud, client, unique, make_role("sagemaker"))


def test_creating_takes_time_and_is_announced(deployment: Deployment) -> None:
    arn = deployment.create()
    assert deployment.status() == "Creating"
    deployment.settle()
    events = deployment.events(arn)
    assert [e["detail"]["EndpointStatus"] for e in events] == ["CREATING", "IN_SERVICE"]
    detail = events[1]["detail"]
    assert events[1]["detail-type"] == "SageMaker Endpoint State Change"
    assert detail["EndpointConfigName"] == f"{deployment.name}-1"
    assert detail["ProductionVariants"] == [{"DesiredWeight": 1.0, "DesiredInstanceCount": 1}]
    assert isinstance(detail["CreationTime"], int)


def test_service_is_announced_without_anybody_asking(deployment: Deployment) -> None:
    arn = deployment.create()
    deployment.cloud.control("clock", {"advance_seconds": 5})
    wait_for(
        lambda: [e for e in deployment.events(arn) if e["detail"]["EndpointStatus"] == "IN_SERVICE"]
    )


def test_endpoint_is_created_once(deployment: Deployment) -> None:
    deployment.create()
    with pytest.raises(ClientError, match="already existing endpoint"):
        deployment.create()


def update(deployment: Deployment, config: str, **more: Any) -> None:
    deployment.sagemaker.update_endpoint(
        EndpointName=deployment.name, EndpointConfigName=f"{deployment.name}-{config}", **more
    )


def test_update_needs_another_existing_configuration(deployment: Deployment) -> None:
    deployment.create()
    deployment.settle()
    with pytest.raises(ClientError, match="already uses"):
        update(deployment, "1")
    with pytest.raises(ClientError, match="Could not find endpoint configuration"):
        update(deployment, "9")


def test_configuration_name_is_taken_once(deployment: Deployment) -> None:
    variants = [{"VariantName": "v", "ModelName": deployment.name}]
    with pytest.raises(ClientError, match="already existing endpoint configuration"):
        deployment.sagemaker.create_endpoint_config(
            EndpointConfigName=f"{deployment.name}-1", ProductionVariants=variants
        )
    with pytest.raises(ClientError, match="Could not find endpoint configuration"):
        deployment.sagemaker.delete_endpoint_config(EndpointConfigName=f"{deployment.name}-9")


@pytest.mark.parametrize(("kind", "known"), [("ml.g6.xlarge", True), ("ml.none", False)])
def test_instance_types_are_those_of_the_service_model(
    deployment: Deployment, kind: str, known: bool
) -> None:
    variant = {
        "VariantName": "v",
        "ModelName": deployment.name,
        "InstanceType": kind,
        "InitialInstanceCount": 1,
    }
    settings = {"EndpointConfigName": f"{deployment.name}-3", "ProductionVariants": [variant]}
    if known:
        deployment.sagemaker.create_endpoint_config(**settings)
        described = deployment.sagemaker.describe_endpoint_config(
            EndpointConfigName=f"{deployment.name}-3"
        )
        assert described["ProductionVariants"][0]["InstanceType"] == kind
        return
    with pytest.raises(ClientError, match="instanceType"):
        deployment.sagemaker.create_endpoint_config(**settings)
