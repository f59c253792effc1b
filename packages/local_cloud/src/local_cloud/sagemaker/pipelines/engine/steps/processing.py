"""Processing steps."""

from __future__ import annotations

import re
import secrets
import string
import time
from typing import Any

from local_cloud.sagemaker.aws_errors import failing_the_step
from local_cloud.sagemaker.pipelines.engine.errors import StepFailedError, StepStoppedError
from local_cloud.sagemaker.pipelines.engine.expressions import as_text
from local_cloud.sagemaker.pipelines.engine.plain_json import plain_json
from local_cloud.sagemaker.pipelines.engine.steps.contract import StepContext, StepResult

_POLL_SECONDS = 0.2
_ALPHABET = string.ascii_letters + string.digits


def run(context: StepContext) -> StepResult:
    """Create a processing job as the pipeline's role and follow it to its end."""
    sagemaker = context.client("sagemaker")
    name = job_name(context.execution_arn, context.step.name)
    with failing_the_step("sagemaker:CreateProcessingJob"):
        arn = sagemaker.create_processing_job(
            ProcessingJobName=name, Tags=_tags(context), **_job_arguments(context)
        )["ProcessingJobArn"]
    context.note({"ProcessingJob": {"Arn": arn}})
    job = _follow(context, sagemaker, name)
    status = job["ProcessingJobStatus"]
    if status == "Completed":
        return StepResult(plain_json(job), {"ProcessingJob": {"Arn": arn}})
    if status == "Stopped" and context.stopping.is_set():
        raise StepStoppedError
    reason = job.get("FailureReason") or f"Processing job {name} was stopped."
    raise StepFailedError(f"ClientError: {reason}")


def job_name(execution_arn: str, step: str) -> str:
    """A fresh name as Pipelines builds it: pipelines-<execution>-<step>-<random>, at most 63."""
    execution_id = execution_arn.rpartition("/")[2]
    suffix = "".join(secrets.choice(_ALPHABET) for _ in range(10))
    room = 63 - len(f"pipelines-{execution_id}--{suffix}")
    readable = re.sub(r"[^A-Za-z0-9]+", "-", step)[:room].strip("-")
    return re.sub("-+", "-", f"pipelines-{execution_id}-{readable}-{suffix}")


def _follow(context: StepContext, sagemaker: Any, name: str) -> dict[str, Any]:
    asked_to_stop = False
    while True:
        with failing_the_step("sagemaker:DescribeProcessingJob"):
            job: dict[str, Any] = sagemaker.describe_processing_job(ProcessingJobName=name)
        if job["ProcessingJobStatus"] in ("Completed", "Failed", "Stopped"):
            return job
        if context.stopping.is_set() and not asked_to_stop:
            with failing_the_step("sagemaker:StopProcessingJob"):
                sagemaker.stop_processing_job(ProcessingJobName=name)
            asked_to_stop = True
        if asked_to_stop:
            time.sleep(_POLL_SECONDS)
        else:
            context.stopping.wait(_POLL_SECONDS)


def _job_arguments(context: StepContext) -> dict[str, Any]:
    arguments = context.arguments()
    application = arguments["AppSpecification"]
    for key in ("ContainerEntrypoint", "ContainerArguments"):
        if key in application:
            application[key] = [as_text(item) for item in application[key]]
    if "Environment" in arguments:
        arguments["Environment"] = {k: as_text(v) for k, v in arguments["Environment"].items()}
    return arguments


def _tags(context: StepContext) -> list[dict[str, str]]:
    return [
        {"Key": "sagemaker:pipeline-execution-arn", "Value": context.execution_arn},
        {"Key": "sagemaker:pipeline-step-name", "Value": context.step.name},
    ]
