"""What one model's pipeline leaves: executions, versions and the logs of its jobs."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from common.aws_errors import code
from teardown.removal import Leftover, items


def executions(sagemaker: Any, pipeline: str) -> Iterator[Leftover]:
    """Executions that have not ended; SageMaker deletes no pipeline that has one."""
    for execution in _all_executions(sagemaker, pipeline):
        arn, status = execution["PipelineExecutionArn"], execution["PipelineExecutionStatus"]
        if status in ("Executing", "Stopping"):
            yield Leftover(
                arn,
                partial(
                    sagemaker.stop_pipeline_execution,
                    PipelineExecutionArn=arn,
                    ClientRequestToken=uuid.uuid4().hex,
                ),
                busy=status if status == "Stopping" else "",
            )


def versions(sagemaker: Any, group: str) -> Iterator[Leftover]:
    """Versions in the group; SageMaker deletes no group that has one."""
    groups = items(sagemaker, "list_model_package_groups", "ModelPackageGroupSummaryList")
    if group not in [item["ModelPackageGroupName"] for item in groups]:
        return
    for item in items(
        sagemaker, "list_model_packages", "ModelPackageSummaryList", ModelPackageGroupName=group
    ):
        arn = item["ModelPackageArn"]
        yield Leftover(arn, partial(sagemaker.delete_model_package, ModelPackageName=arn))


def job_log_prefixes(sagemaker: Any, pipeline: str) -> Iterator[str]:
    """What the log streams of the pipeline's jobs begin with: SageMaker names jobs so."""
    for execution in _all_executions(sagemaker, pipeline):
        identifier = execution["PipelineExecutionArn"].rpartition("/")[2]
        yield f"pipelines-{identifier}-"


def _all_executions(sagemaker: Any, pipeline: str) -> Iterator[dict[str, Any]]:
    try:
        yield from items(
            sagemaker,
            "list_pipeline_executions",
            "PipelineExecutionSummaries",
            PipelineName=pipeline,
        )
    except ClientError as exc:
        if code(exc) not in ("ResourceNotFound", "ResourceNotFoundException"):
            raise
