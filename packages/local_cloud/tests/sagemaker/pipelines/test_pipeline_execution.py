"""Executions: parameters, order, stop, retry and refusals."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_cloud.testing.waiting import wait_for
from support.pipeline_kit import PipelineKit, make_kit

COUNT = {"Name": "Count", "Type": "Integer", "DefaultValue": 1}
FAIL = {"Name": "Give-up", "Type": "Fail", "Arguments": {"ErrorMessage": "no"}}


@pytest.fixture
def kit(client: Callable[..., Any], make_role: Callable[..., str], unique: str) -> PipelineKit:
    return make_kit(client, make_role, unique)


def count_is(value: int, then: Any = (), other: Any = ()) -> dict[str, Any]:
    condition = {
        "Type": "Equals",
        "LeftValue": {"Get": "Parameters.Count"},
        "RightValue": value,
    }
    arguments = {"Conditions": [condition], "IfSteps": list(then), "ElseSteps": list(other)}
    return {"Name": "Check", "Type": "Condition", "Arguments": arguments}


def test_parameters_choose_the_branch(kit: PipelineKit) -> None:
    kit.create(count_is(2, other=[FAIL]), parameters=[COUNT])
    assert kit.run({"Count": "2"})[0] == "Succeeded"
    status, steps = kit.run()
    assert status == "Failed"
    assert steps["Give-up"]["FailureReason"] == "no"
    with pytest.raises(ClientError, match=r"Unknown parameters \['Cuont'\]"):
        kit.start({"Cuont": "2"})
    with pytest.raises(ClientError, match="Count expects type Integer, got 'two'"):
        kit.start({"Count": "two"})


def test_steps_behind_the_branch_not_taken_never_start(kit: PipelineKit) -> None:
    late = {**FAIL, "Name": "Late", "DependsOn": ["Inner"]}
    inner = {"Name": "Inner", "Type": "Condition", "Arguments": count_is(1)["Arguments"]}
    kit.create(count_is(1, other=[inner]), late, parameters=[COUNT])
    status, steps = kit.run()
    assert (status, set(steps)) == ("Succeeded", {"Check"})


def test_malformed_definitions_are_refused(kit: PipelineKit) -> None:
    with pytest.raises(ClientError) as caught:
        kit.create({**FAIL, "DependsOn": ["Nobody"]})
    assert caught.value.response["Error"]["Code"] == "ValidationException"
    assert "Nobody, which is undefined" in caught.value.response["Error"]["Message"]
    kit.create(FAIL)
    with pytest.raises(ClientError, match="Unable to parse pipeline definition"):
        kit.sagemaker.update_pipeline(PipelineName=kit.name, PipelineDefinition="{")
    with pytest.raises(ClientError, match="already exists"):
        kit.create(FAIL)


def test_a_step_type_that_cannot_run_fails_the_execution(kit: PipelineKit) -> None:
    kit.create({"Name": "Transform", "Type": "Transform", "Arguments": {}})
    status, steps = kit.run()
    assert status == "Failed"
    assert "does not run steps of type Transform" in steps["Transform"]["FailureReason"]


def test_stop_ends_the_running_job_and_retry_runs_it_again(kit: PipelineKit) -> None:
    code = (
        "import boto3, time\n"
        "s3 = boto3.client('s3')\n"
        f"runs = s3.list_objects_v2(Bucket={kit.bucket!r}, Prefix='runs/')['KeyCount']\n"
        f"s3.put_object(Bucket={kit.bucket!r}, Key=f'runs/{{runs}}', Body=b'')\n"
        "time.sleep(0 if runs else 60)\n"
    )
    kit.create(kit.step(code), {**FAIL, "DependsOn": ["Job"]})
    arn = kit.start()
    wait_for(lambda: runs_of(kit) == 1, 30, "the job's first run")
    with pytest.raises(ClientError) as caught:
        kit.sagemaker.delete_pipeline(PipelineName=kit.name)
    assert caught.value.response["Error"]["Code"] == "ConflictException"
    kit.sagemaker.stop_pipeline_execution(PipelineExecutionArn=arn)
    assert kit.end(arn) == "Stopped"
    assert {n: s["StepStatus"] for n, s in kit.steps(arn).items()} == {"Job": "Stopped"}
    with pytest.raises(ClientError, match="is in status Stopped"):
        kit.sagemaker.stop_pipeline_execution(PipelineExecutionArn=arn)

    kit.sagemaker.retry_pipeline_execution(PipelineExecutionArn=arn)
    assert kit.end(arn) == "Failed"
    steps = kit.steps(arn)
    assert (steps["Job"]["StepStatus"], steps["Job"]["AttemptCount"]) == ("Succeeded", 2)
    assert steps["Give-up"]["StepStatus"] == "Failed"
    kit.sagemaker.delete_pipeline(PipelineName=kit.name)
    with pytest.raises(ClientError) as gone:
        kit.sagemaker.describe_pipeline(PipelineName=kit.name)
    assert gone.value.response["Error"]["Code"] == "ResourceNotFound"


def runs_of(kit: PipelineKit) -> int:
    listed = kit.client("s3").list_objects_v2(Bucket=kit.bucket, Prefix="runs/")
    return int(listed["KeyCount"])


def test_executions_are_started_once_per_token_and_listed(kit: PipelineKit) -> None:
    kit.create(count_is(1), parameters=[COUNT])
    token = uuid.uuid4().hex
    named = {"PipelineExecutionDisplayName": "first", "PipelineExecutionDescription": "a test"}
    first = kit.start({"Count": "1"}, ClientRequestToken=token, **named)
    assert kit.start({"Count": "1"}, ClientRequestToken=token) == first
    second = kit.start()
    assert {kit.end(first), kit.end(second)} == {"Succeeded"}

    def listed(**more: Any) -> list[str]:
        answer = kit.sagemaker.list_pipeline_executions(PipelineName=kit.name, **more)
        return [item["PipelineExecutionArn"] for item in answer["PipelineExecutionSummaries"]]

    assert listed() == [second, first]
    assert listed(SortOrder="Ascending") == [first, second]
    assert listed(SortBy="PipelineExecutionArn", SortOrder="Ascending") == sorted([first, second])
    described = kit.sagemaker.describe_pipeline_execution(PipelineExecutionArn=first)
    hour = timedelta(hours=1)
    assert listed(CreatedAfter=described["CreationTime"] + hour) == []
    assert listed(CreatedAfter=described["CreationTime"] - hour) == [second, first]
    assert listed(CreatedBefore=described["CreationTime"] - hour) == []
    assert described["PipelineExecutionDisplayName"] == "first"
    assert described["PipelineExecutionDescription"] == "a test"
    pages = kit.sagemaker.get_paginator("list_pipeline_executions").paginate(
        PipelineName=kit.name, PaginationConfig={"PageSize": 1}
    )
    assert [len(page["PipelineExecutionSummaries"]) for page in pages] == [1, 1]

    def parameters(arn: str) -> list[dict[str, str]]:
        answer = kit.sagemaker.list_pipeline_parameters_for_execution(PipelineExecutionArn=arn)
        return list(answer["PipelineParameters"])

    assert parameters(first) == [{"Name": "Count", "Value": "1"}]
    assert parameters(second) == []
    before = kit.sagemaker.describe_pipeline_definition_for_execution(PipelineExecutionArn=first)
    kit.sagemaker.update_pipeline(PipelineName=kit.name, PipelineDisplayName="other")
    after = kit.sagemaker.describe_pipeline_definition_for_execution(PipelineExecutionArn=first)
    assert before["PipelineDefinition"] == after["PipelineDefinition"]


def test_independent_steps_overlap_up_to_the_parallelism(kit: PipelineKit) -> None:
    code = "import time; time.sleep(1.5)"
    kit.create(kit.step(code, name="One"), kit.step(code, name="Two"))

    def overlap(limit: int) -> bool:
        arn = kit.start(ParallelismConfiguration={"MaxParallelExecutionSteps": limit})
        assert kit.end(arn) == "Succeeded"
        one, two = kit.steps(arn).values()
        return bool(one["StartTime"] < two["EndTime"] and two["StartTime"] < one["EndTime"])

    assert overlap(2)
    assert not overlap(1)
