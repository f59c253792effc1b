"""Steps that are jobs: Processing and Training."""

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
from local_cloud.sagemaker.pipelines.engine.steps.contract import Runner, StepContext, StepResult

_POLL_SECONDS = 0.2
_ALPHABET = string.ascii_letters + string.digits


def runner(kind: str) -> Runner:
    """Runs steps whose jobs are of a kind: Processing or Training."""

    def run(context: StepContext) -> StepResult:
        """Create a job as the pipeline's role and follow it to its end."""
        sagemaker = context.client("sagemaker")
        name = {f"{kind}JobName": job_name(context.execution_arn, context.step.name)}
        create = getattr(sagemaker, f"create_{kind.lower()}_job")
        with failing_the_step(f"sagemaker:Create{kind}Job"):
            arn = create(**name, Tags=_tags(context), **_job_arguments(context))[f"{kind}JobArn"]
        metadata = {f"{kind}Job": {"Arn": arn}}
        context.note(metadata)
        job = _follow(context, sagemaker, kind, name)
        status = job[f"{kind}JobStatus"]
        if status == "Completed":
            return StepResult(plain_json(job), metadata)
        if status == "Stopped" and context.stopping.is_set():
            raise StepStoppedError
        stopped = f"{kind} job {name[f'{kind}JobName']} was stopped."
        raise StepFailedError(f"ClientError: {job.get('FailureReason') or stopped}")

    return run


def job_name(execution_arn: str, step: str) -> str:
    """A fresh name as Pipelines builds it: pipelines-<execution>-<step>-<random>, at most 63."""
    execution_id = execution_arn.rpartition("/")[2]
    suffix = "".join(secrets.choice(_ALPHABET) for _ in range(10))
    room = 63 - len(f"pipelines-{execution_id}--{suffix}")
    readable = re.sub(r"[^A-Za-z0-9]+", "-", step)[:room].strip("-")
    return re.sub("-+", "-", f"pipelines-{execution_id}-{readable}-{suffix}")


def _follow(
    context: StepContext, sagemaker: Any, kind: str, name: dict[str, str]
) -> dict[str, Any]:
    describe = getattr(sagemaker, f"describe_{kind.lower()}_job")
    asked_to_stop = False
    while True:
        with failing_the_step(f"sagemaker:Describe{kind}Job"):
            job: dict[str, Any] = describe(**name)
        if job[f"{kind}JobStatus"] in ("Completed", "Failed", "Stopped"):
            return job
        if context.stopping.is_set() and not asked_to_stop:
            with failing_the_step(f"sagemaker:Stop{kind}Job"):
                getattr(sagemaker, f"stop_{kind.lower()}_job")(**name)
            asked_to_stop = True
        if asked_to_stop:
            time.sleep(_POLL_SECONDS)
        else:
            context.stopping.wait(_POLL_SECONDS)


def _job_arguments(context: StepContext) -> dict[str, Any]:
    arguments = context.arguments()
    application = arguments.get("AppSpecification") or arguments["AlgorithmSpecification"]
    for key in ("ContainerEntrypoint", "ContainerArguments"):
        if key in application:
            application[key] = [as_text(item) for item in application[key]]
    for key in ("Environment", "HyperParameters"):
        if key in arguments:
            arguments[key] = {name: as_text(value) for name, value in arguments[key].items()}
    return arguments


def _tags(context: StepContext) -> list[dict[str, str]]:
    return [
        {"Key": "sagemaker:pipeline-execution-arn", "Value": context.execution_arn},
        {"Key": "sagemaker:pipeline-step-name", "Value": context.step.name},
    ]
