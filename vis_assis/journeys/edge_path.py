"""The edge path as a user walks it: run the pipelines, approve the versions, fetch the models.

Works on any deployed stack; the clients decide which cloud it is.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar

from common.model_index import Model
from vis_assis.aws import model_status, registry
from vis_assis.aws.registry import ENDED, Version
from vis_assis.errors import CommandError

T = TypeVar("T")


class EdgePathError(CommandError):
    """The stack did something else than the edge path promises."""


def wait_for(
    what: str, probe: Callable[[], T | None], seconds: float = 120, pause: float = 0.25
) -> T:
    """Calls the probe until it gives something.

    Args:
        what: what is waited for, for the error.
        probe: gives None while it is not there yet.
        seconds: how long to wait at most.
        pause: seconds between two calls.

    Raises:
        EdgePathError: when it is not there in time.
    """
    deadline = time.monotonic() + seconds
    while True:
        found = probe()
        if found is not None:
            return found
        if time.monotonic() > deadline:
            raise EdgePathError(f"{what}: not seen within {seconds:.0f} s")
        time.sleep(pause)


def run_pipeline(sagemaker: Any, pipeline: str, name: str = "", **parameters: str) -> str:
    """Starts a pipeline and returns the execution's ARN.

    Args:
        sagemaker: the client.
        pipeline: its name.
        name: to display for the execution; SageMaker's own choice when empty.
        parameters: of the execution.
    """
    named = {"PipelineExecutionDisplayName": name} if name else {}
    answer = sagemaker.start_pipeline_execution(
        PipelineName=pipeline,
        **named,
        PipelineParameters=[{"Name": name, "Value": value} for name, value in parameters.items()],
    )
    return str(answer["PipelineExecutionArn"])


def wait_for_execution(sagemaker: Any, arn: str, seconds: float = 120, pause: float = 0.25) -> str:
    """Waits until the execution ended and returns its status."""

    def ended() -> str | None:
        status = sagemaker.describe_pipeline_execution(PipelineExecutionArn=arn)
        return (
            str(status["PipelineExecutionStatus"])
            if status["PipelineExecutionStatus"] in ENDED
            else None
        )

    return wait_for(f"the end of {arn}", ended, seconds, pause)


def failure_reason(sagemaker: Any, arn: str) -> str:
    """Why the execution failed: the reasons of its failed steps."""
    return registry.describe_execution(sagemaker, arn).reason or "no step failed"


def registrations(sagemaker: Any, execution: str) -> list[str]:
    """ARNs of the versions that an execution registered."""
    pages = sagemaker.get_paginator("list_pipeline_execution_steps").paginate(
        PipelineExecutionArn=execution
    )
    return [
        step["Metadata"]["RegisterModel"]["Arn"]
        for page in pages
        for step in page["PipelineExecutionSteps"]
        if "RegisterModel" in step.get("Metadata", {})
    ]


def registered_version(sagemaker: Any, model_type: str, execution: str) -> Version:
    """The version that an execution registered, whatever else its group got in the meantime.

    Args:
        model_type: the type of the pipeline.
        execution: the execution's ARN.

    Raises:
        EdgePathError: when it registered none, as a pipeline with a condition may.
    """
    found = registrations(sagemaker, execution)
    if not found:
        raise EdgePathError(f"{execution} registered no version of {model_type}")
    return registry.describe_version(sagemaker, found[0])


def set_approval(sagemaker: Any, arn: str, status: str) -> None:
    """Approves, rejects or resets a version.

    Args:
        arn: the model package's ARN.
        status: Approved, Rejected or PendingManualApproval.
    """
    sagemaker.update_model_package(ModelPackageArn=arn, ModelApprovalStatus=status)


def served(s3: Any, bucket: str, model_type: str) -> Model | None:
    """The model that the index of the production bucket names for the type."""
    return model_status.served(s3, bucket).get(model_type)


def content(s3: Any, bucket: str, model: Model) -> bytes:
    """The zip of a served model."""
    body: bytes = s3.get_object(Bucket=bucket, Key=model.key, VersionId=model.version_id)[
        "Body"
    ].read()
    return body


def wait_for_promotion(s3: Any, bucket: str, version: Version, seconds: float = 60) -> Model:
    """Waits until this version is served."""

    def shows() -> Model | None:
        models = model_status.served(s3, bucket).values()
        return next((model for model in models if model.package_arn == version.arn), None)

    return wait_for(f"{version.arn} in production", shows, seconds)
