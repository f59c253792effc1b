"""Running executions of the stack's pipelines, which keep a pipeline from being deleted."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from common.aws_errors import code
from teardown.errors import Busy
from teardown.kinds.pages import items

RUNNING = ("Executing", "Stopping")


def all_executions(sagemaker: Any, pipelines: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """Summaries of every execution of pipelines that exist."""
    for pipeline in pipelines:
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


class Executions:
    """Executions that have not ended."""

    title = "pipeline execution"

    def __init__(self, sagemaker: Any, pipelines: tuple[str, ...]) -> None:
        self._sagemaker, self._pipelines = sagemaker, pipelines

    def find(self) -> list[str]:
        return [
            execution["PipelineExecutionArn"]
            for execution in all_executions(self._sagemaker, self._pipelines)
            if execution["PipelineExecutionStatus"] in RUNNING
        ]

    def remove(self, name: str) -> None:
        answer = self._sagemaker.describe_pipeline_execution(PipelineExecutionArn=name)
        if answer["PipelineExecutionStatus"] == "Stopping":
            raise Busy("is Stopping")
        self._sagemaker.stop_pipeline_execution(
            PipelineExecutionArn=name, ClientRequestToken=uuid.uuid4().hex
        )
