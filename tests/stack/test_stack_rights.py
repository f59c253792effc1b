"""Who may do what on the edge path: nothing that runs by itself approves a model."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.stack.stack_driver import TypeDriver
from vis_assis.journeys import edge_path
from vis_assis.local.local_stack import LocalStack

TYPE = "vocoder"
PREFIX = "vis-assis"
ACCOUNT = "123456789012"
JOB = f"arn:aws:iam::{ACCOUNT}:role/{PREFIX}-{TYPE}-job"
PIPELINE = f"arn:aws:iam::{ACCOUNT}:role/{PREFIX}-{TYPE}-pipeline"
GROUP = f"{PREFIX}-{TYPE}-model-package-group"
NOT_AUTHORIZED = "is not authorized to perform"


def acting_as(stack: LocalStack, role: str, service: str = "sagemaker") -> Any:
    keys = stack.cloud.control("credentials", {"role_arn": role})
    return stack.client(
        service,
        aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
        aws_session_token=keys["AWS_SESSION_TOKEN"],
    )


def job(name: str, role: str = JOB, instance_type: str = "ml.m5.large") -> dict[str, Any]:
    cluster = {"InstanceType": instance_type, "InstanceCount": 1, "VolumeSizeInGB": 1}
    return {
        "ProcessingJobName": name,
        "RoleArn": role,
        "ProcessingResources": {"ClusterConfig": cluster},
        "AppSpecification": {"ImageUri": "image", "ContainerEntrypoint": ["true"]},
    }


@pytest.fixture
def version(stack: LocalStack) -> Iterator[str]:
    driver = TypeDriver(stack, TYPE)
    driver.reset()
    yield driver.register("registered by the pipeline")
    driver.reset()


def test_no_role_of_the_stack_approves(stack: LocalStack, version: str) -> None:
    """Neither by an update nor by registering as approved."""
    roles = stack.client("iam").get_paginator("list_roles").paginate()
    arns = [role["Arn"] for page in roles for role in page["Roles"]]
    ours = [arn for arn in arns if f":role/{PREFIX}-" in arn]
    assert {JOB, PIPELINE, f"arn:aws:iam::{ACCOUNT}:role/{PREFIX}-promote-model"} <= {*ours}
    for arn in ours:
        sagemaker = acting_as(stack, arn)
        for refused in (
            lambda client=sagemaker: edge_path.set_approval(client, version, "Approved"),
            lambda client=sagemaker: client.create_model_package(
                ModelPackageGroupName=GROUP, ModelApprovalStatus="Approved"
            ),
        ):
            if f"{PREFIX}-b-" not in arn:  # the stack beside it names approvers
                with pytest.raises(ClientError, match=NOT_AUTHORIZED):
                    refused()


AS_JOB: dict[str, Callable[[Any, str], Any]] = {
    "registers": lambda sagemaker, _: sagemaker.create_model_package(
        ModelPackageGroupName=GROUP, ModelApprovalStatus="PendingManualApproval"
    ),
    "rejects": lambda sagemaker, arn: edge_path.set_approval(sagemaker, arn, "Rejected"),
    "deletes": lambda sagemaker, arn: sagemaker.delete_model_package(ModelPackageName=arn),
    "starts jobs": lambda sagemaker, _: sagemaker.create_processing_job(**job("pipelines-x")),
    "runs pipelines": lambda sagemaker, _: edge_path.run_pipeline(
        sagemaker, f"{PREFIX}-{TYPE}-pipeline"
    ),
}


@pytest.mark.parametrize("what", AS_JOB)
def test_what_parses_a_strangers_repository_reaches_no_registry(
    stack: LocalStack, version: str, what: str
) -> None:
    with pytest.raises(ClientError, match=NOT_AUTHORIZED):
        AS_JOB[what](acting_as(stack, JOB), version)


@pytest.mark.parametrize("key", ["code/x.py", f"restored/{TYPE}/x.zip", "pipelines/depth/e/x.zip"])
def test_a_job_writes_only_its_own_artifacts(stack: LocalStack, key: str) -> None:
    s3, bucket = acting_as(stack, JOB, "s3"), stack.outputs["output_bucket"]
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"x")
    own = f"pipelines/{TYPE}/execution/x.zip"
    s3.put_object(Bucket=bucket, Key=own, Body=b"x")
    stack.client("s3").delete_object(Bucket=bucket, Key=own)


@pytest.mark.parametrize(
    ("request_", "refused"),
    [
        (job("another-name"), "sagemaker:CreateProcessingJob"),
        (job("pipelines-x", instance_type="ml.p4d.24xlarge"), "sagemaker:CreateProcessingJob"),
        (job("pipelines-x", role=PIPELINE), "iam:PassRole"),
    ],
)
def test_a_pipeline_starts_only_jobs_of_its_own(
    stack: LocalStack, request_: dict[str, Any], refused: str
) -> None:
    with pytest.raises(ClientError, match=f"{NOT_AUTHORIZED}: {refused}"):
        acting_as(stack, PIPELINE).create_processing_job(**request_)


def test_a_pipeline_without_a_training_step_may_not_train(stack: LocalStack) -> None:
    with pytest.raises(ClientError, match=f"{NOT_AUTHORIZED}: sagemaker:CreateTrainingJob"):
        acting_as(stack, PIPELINE).create_training_job(
            TrainingJobName="pipelines-x",
            AlgorithmSpecification={"TrainingImage": "image", "TrainingInputMode": "File"},
            OutputDataConfig={"S3OutputPath": "s3://bucket/"},
            ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1},
            RoleArn=JOB,
            StoppingCondition={"MaxRuntimeInSeconds": 60},
        )


def test_an_execution_with_another_instance_type_fails_and_says_why(stack: LocalStack) -> None:
    sagemaker, pipeline = stack.client("sagemaker"), stack.outputs["pipeline_names"][TYPE]
    arn = edge_path.run_pipeline(sagemaker, pipeline, InstanceType="ml.p4d.24xlarge")
    assert edge_path.wait_for_execution(sagemaker, arn) == "Failed"
    assert "sagemaker:CreateProcessingJob" in edge_path.failure_reason(sagemaker, arn)


def test_no_parameter_decides_on_the_approval(stack: LocalStack) -> None:
    with pytest.raises(ClientError, match="ModelApprovalStatus"):
        edge_path.run_pipeline(
            stack.client("sagemaker"),
            stack.outputs["pipeline_names"][TYPE],
            ModelApprovalStatus="Approved",
        )


@pytest.mark.parametrize("status", ["Approved", None])
def test_a_changed_definition_still_registers_only_as_pending(
    stack: LocalStack, status: str | None
) -> None:
    sagemaker, name = stack.client("sagemaker"), stack.outputs["pipeline_names"][TYPE]
    before = sagemaker.describe_pipeline(PipelineName=name)["PipelineDefinition"]
    definition = json.loads(before)
    arguments = definition["Steps"][-1]["Arguments"]
    assert arguments.pop("ModelApprovalStatus") == "PendingManualApproval"
    arguments |= {"ModelApprovalStatus": status} if status else {}
    sagemaker.update_pipeline(PipelineName=name, PipelineDefinition=json.dumps(definition))
    try:
        arn = edge_path.run_pipeline(sagemaker, name)
        assert edge_path.wait_for_execution(sagemaker, arn) == "Failed"
        reason = edge_path.failure_reason(sagemaker, arn)
    finally:
        sagemaker.update_pipeline(PipelineName=name, PipelineDefinition=before)
    assert f"{NOT_AUTHORIZED}: sagemaker:CreateModelPackage" in reason
    assert "with an explicit deny" in reason
