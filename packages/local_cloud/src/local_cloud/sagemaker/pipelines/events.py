"""State changes of executions and their steps on the event bus."""

from __future__ import annotations

import logging
import queue
import threading
from datetime import datetime
from typing import Any

from local_cloud import clock
from local_cloud.eventbridge.events import emit_event
from local_cloud.sagemaker.operations import Backend
from local_cloud.sagemaker.pipelines.engine.execution import Observer, PipelineExecution
from local_cloud.sagemaker.pipelines.engine.step_record import StepRecord
from local_cloud.sagemaker.pipelines.state import executions

EXECUTION_CHANGE = "SageMaker Model Building Pipeline Execution Status Change"
STEP_CHANGE = "SageMaker Model Building Pipeline Execution Step Status Change"

logger = logging.getLogger(__name__)
# One thread publishes in order: a target may call back into the execution that changed.
_outbox: queue.SimpleQueue[tuple[str, dict[str, Any], list[str], str, str]] = queue.SimpleQueue()


def start_publishing() -> None:
    """Start the thread that publishes; once per server."""
    threading.Thread(target=_publish, name="pipeline-events", daemon=True).start()


def observer(backend: Backend) -> Observer:
    """Publishes every change of an execution that a reset has not removed meanwhile."""

    def observe(execution: PipelineExecution, record: StepRecord | None, before: str) -> None:
        if executions(backend).get(execution.request.arn) is not execution:
            return
        detail = (
            execution_detail(execution, before)
            if record is None
            else step_detail(execution, record, before)
        )
        _outbox.put(
            (
                EXECUTION_CHANGE if record is None else STEP_CHANGE,
                detail,
                [execution.request.pipeline_arn, execution.request.arn],
                backend.account_id,
                backend.region_name,
            )
        )

    return observe


def execution_detail(execution: PipelineExecution, before: str) -> dict[str, Any]:
    """Detail of an execution's change, camelCase as AWS documents it."""
    detail = {
        "pipelineArn": execution.request.pipeline_arn,
        "pipelineExecutionArn": execution.request.arn,
        "pipelineExecutionDisplayName": execution.request.display_name,
        "pipelineExecutionDescription": execution.request.description,
        "currentPipelineExecutionStatus": execution.status,
        "previousPipelineExecutionStatus": before or None,
        "executionStartTime": _iso(execution.start_time),
        "executionEndTime": _iso(execution.end_time),
    }
    return {key: value for key, value in detail.items() if value is not None}


def step_detail(execution: PipelineExecution, record: StepRecord, before: str) -> dict[str, Any]:
    """Detail of a step's change."""
    detail = {
        "pipelineArn": execution.request.pipeline_arn,
        "pipelineExecutionArn": execution.request.arn,
        "stepName": record.step.name,
        "stepType": record.step.type,
        "currentStepStatus": record.status,
        "previousStepStatus": before or None,
        "stepStartTime": _iso(record.start_time),
        "stepEndTime": _iso(record.end_time),
        "failureReason": record.failure_reason or None,
        "metadata": _camel_case(record.metadata),
    }
    return {key: value for key, value in detail.items() if value is not None}


def _publish() -> None:
    while True:
        detail_type, detail, resources, account, region = _outbox.get()
        try:
            emit_event(
                "aws.sagemaker", detail_type, detail, resources, account=account, region=region
            )
        except Exception:
            # later events must still come out
            logger.exception("event %s of %s is lost", detail_type, resources[-1])


def _iso(moment: datetime | None) -> str | None:
    return clock.iso(moment) if moment else None


def _camel_case(value: Any) -> Any:
    if isinstance(value, dict):
        return {key[:1].lower() + key[1:]: _camel_case(item) for key, item in value.items()}
    return [_camel_case(item) for item in value] if isinstance(value, list) else value
