"""The variables that ``Execution.<name>`` may name in a definition."""

from __future__ import annotations

from datetime import datetime

EXECUTION_VARIABLES = (
    "PipelineName",
    "PipelineArn",
    "PipelineExecutionId",
    "PipelineExecutionArn",
    "StartDateTime",
    "CurrentDateTime",
)


def execution_variables(execution_arn: str, started: datetime, now: datetime) -> dict[str, str]:
    """Values of all execution variables; times in ISO 8601."""
    pipeline_arn, execution_id = execution_arn.split("/execution/")
    return {
        "PipelineName": pipeline_arn.rpartition("/")[2],
        "PipelineArn": pipeline_arn,
        "PipelineExecutionId": execution_id,
        "PipelineExecutionArn": execution_arn,
        "StartDateTime": started.isoformat(),
        "CurrentDateTime": now.isoformat(),
    }
