"""Executions, steps and jobs as the API answers them."""

from __future__ import annotations

from typing import Any

from local_cloud.sagemaker.pipelines.engine.execution import PipelineExecution
from local_cloud.sagemaker.pipelines.engine.step_record import StepRecord
from local_cloud.sagemaker.processing.container_job import ContainerJob


def execution_answer(execution: PipelineExecution) -> dict[str, Any]:
    """As DescribePipelineExecution."""
    request = execution.request
    return _present(
        {
            "PipelineArn": request.pipeline_arn,
            "PipelineExecutionArn": request.arn,
            "PipelineExecutionDisplayName": request.display_name,
            "PipelineExecutionDescription": request.description,
            "PipelineExecutionStatus": execution.status,
            "FailureReason": execution.failure_reason,
            "CreationTime": execution.start_time,
            "LastModifiedTime": execution.last_modified_time,
            "ParallelismConfiguration": {"MaxParallelExecutionSteps": request.max_parallel_steps},
        }
    )


def execution_summary(execution: PipelineExecution) -> dict[str, Any]:
    """As in ListPipelineExecutions."""
    return _present(
        {
            "PipelineExecutionArn": execution.request.arn,
            "PipelineExecutionDisplayName": execution.request.display_name,
            "PipelineExecutionDescription": execution.request.description,
            "PipelineExecutionStatus": execution.status,
            "PipelineExecutionFailureReason": execution.failure_reason,
            "StartTime": execution.start_time,
        }
    )


def step_answer(record: StepRecord) -> dict[str, Any]:
    """As in ListPipelineExecutionSteps."""
    document = record.step.document
    return _present(
        {
            "StepName": record.step.name,
            "StepDisplayName": document.get("DisplayName"),
            "StepDescription": document.get("Description"),
            "StartTime": record.start_time,
            "EndTime": record.end_time,
            "StepStatus": record.status,
            "FailureReason": record.failure_reason,
            "Metadata": record.metadata,
            "AttemptCount": record.attempt,
        }
    )


def job_answer(job: ContainerJob) -> dict[str, Any]:
    """As DescribeProcessingJob or DescribeTrainingJob."""
    asked = {key: value for key, value in job.request.items() if key != "Tags"}
    return _present({**asked, **job_summary(job), f"{job.kind}StartTime": job.start_time})


def job_summary(job: ContainerJob) -> dict[str, Any]:
    """As in ListProcessingJobs or ListTrainingJobs."""
    return _present(
        {
            f"{job.kind}JobName": job.name,
            f"{job.kind}JobArn": job.arn,
            f"{job.kind}JobStatus": job.status,
            "FailureReason": job.failure_reason,
            "CreationTime": job.creation_time,
            "LastModifiedTime": job.last_modified_time,
            f"{job.kind}EndTime": job.end_time,
            **job.answer(),
        }
    )


def _present(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in (None, "", {})}
