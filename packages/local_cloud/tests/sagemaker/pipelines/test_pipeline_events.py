"""State changes of executions and steps on the event bus."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from local_cloud import LocalCloud
from local_cloud.testing.waiting import wait_for
from support.pipeline_kit import make_kit

EXECUTION_CHANGE = "SageMaker Model Building Pipeline Execution Status Change"
STEP_CHANGE = "SageMaker Model Building Pipeline Execution Step Status Change"
FAIL = {"Name": "Give-up", "Type": "Fail", "Arguments": {"ErrorMessage": "no"}}


def test_status_changes_are_events(
    client: Callable[..., Any], make_role: Callable[..., str], unique: str, cloud: LocalCloud
) -> None:
    kit = make_kit(client, make_role, unique)
    kit.create(FAIL)
    arn = kit.start(PipelineExecutionDisplayName="shown")
    assert kit.end(arn) == "Failed"

    def events(detail_type: str) -> list[dict[str, Any]]:
        return [
            event
            for event in cloud.control("events")
            if event["detail-type"] == detail_type
            and event["detail"].get("pipelineExecutionArn") == arn
        ]

    wait_for(lambda: len(events(EXECUTION_CHANGE)) == 2, what="both execution events")
    first, last = (event["detail"] for event in events(EXECUTION_CHANGE))
    assert first["currentPipelineExecutionStatus"] == "Executing"
    assert "executionEndTime" not in first
    assert last["previousPipelineExecutionStatus"] == "Executing"
    assert last["currentPipelineExecutionStatus"] == "Failed"
    assert last["pipelineExecutionDisplayName"] == "shown"
    assert last["executionStartTime"] <= last["executionEndTime"]
    statuses = [event["detail"]["currentStepStatus"] for event in events(STEP_CHANGE)]
    assert statuses == ["Starting", "Executing", "Failed"]
    step = events(STEP_CHANGE)[-1]
    assert step["resources"] == [arn.partition("/execution/")[0], arn]
    assert step["detail"]["failureReason"] == "no"
    assert step["detail"]["metadata"] == {"fail": {"errorMessage": "no"}}
