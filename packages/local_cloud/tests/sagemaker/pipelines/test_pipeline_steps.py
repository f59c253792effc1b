"""Lambda and RegisterModel steps that fail, and definitions kept in S3."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from support.pipeline_kit import PipelineKit, make_kit

FUNCTION = """
def handle(event, context):
    if event["mode"] == "raise":
        raise RuntimeError("cannot")
    return {"number": 7, "flag": True} if event["mode"] == "answer" else "text"
"""
OUTPUTS = [
    {"OutputName": "number", "OutputType": "Integer"},
    {"OutputName": "flag", "OutputType": "Boolean"},
]
MODE = {"Name": "Mode", "Type": "String", "EnumValues": ["answer", "raise", "text"]}


@pytest.fixture
def kit(client: Callable[..., Any], make_role: Callable[..., str], unique: str) -> PipelineKit:
    return make_kit(client, make_role, unique)


def lambda_step(kit: PipelineKit, role: str) -> dict[str, Any]:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as content:
        content.writestr("ask.py", FUNCTION)
    function = kit.client("lambda").create_function(
        FunctionName=kit.name,
        Runtime="python3.13",
        Handler="ask.handle",
        Role=role,
        Code={"ZipFile": archive.getvalue()},
    )
    return {
        "Name": "Ask",
        "Type": "Lambda",
        "FunctionArn": function["FunctionArn"],
        "Arguments": {"mode": {"Get": "Parameters.Mode"}},
        "OutputParameters": OUTPUTS,
    }


def test_outputs_of_a_function_are_read_and_its_errors_fail_the_step(
    kit: PipelineKit, make_role: Callable[..., str]
) -> None:
    values = ["got", {"Get": "Steps.Ask.OutputParameters['number']"}]
    fail = {
        "Name": "Report",
        "Type": "Fail",
        "Arguments": {"ErrorMessage": {"Std:Join": {"On": " ", "Values": values}}},
    }
    kit.create(lambda_step(kit, make_role("lambda")), fail, parameters=[MODE])

    steps = kit.run({"Mode": "answer"})[1]
    assert steps["Report"]["FailureReason"] == "got 7"
    assert steps["Ask"]["Metadata"]["Lambda"]["OutputParameters"] == [
        {"Name": "number", "Value": "7"},
        {"Name": "flag", "Value": "true"},
    ]
    steps = kit.run({"Mode": "raise"})[1]
    assert set(steps) == {"Ask"}
    assert "The Lambda function failed" in steps["Ask"]["FailureReason"]
    assert "RuntimeError" in steps["Ask"]["FailureReason"]
    steps = kit.run({"Mode": "text"})[1]
    assert "lacks the output parameters ['number', 'flag']" in steps["Ask"]["FailureReason"]
    with pytest.raises(ClientError, match="is not one of"):
        kit.start({"Mode": "other"})


@pytest.mark.parametrize(
    ("denied", "reason"),
    [
        ("sagemaker:CreateModelPackage", "AccessDeniedException"),
        ("", "does not exist"),  # the role may, but there is no such group
    ],
)
def test_a_version_that_cannot_be_registered_fails_the_step(
    client: Callable[..., Any],
    make_role: Callable[..., str],
    unique: str,
    denied: str,
    reason: str,
) -> None:
    kit = make_kit(client, make_role, unique, denied)
    if denied:
        kit.sagemaker.create_model_package_group(ModelPackageGroupName=unique)
    arguments = {"ModelPackageGroupName": unique, "ModelApprovalStatus": "PendingManualApproval"}
    kit.create({"Name": "Register", "Type": "RegisterModel", "Arguments": arguments})
    status, steps = kit.run()
    assert status == "Failed"
    shown = steps["Register"]["FailureReason"]
    assert shown.startswith("ClientError: Failed to invoke sagemaker:CreateModelPackage.")
    assert reason in shown


def test_a_definition_may_come_from_s3(kit: PipelineKit) -> None:
    fail = {"Name": "Stop", "Type": "Fail", "Arguments": {"ErrorMessage": "read from S3"}}
    text = json.dumps({"Version": "2020-12-01", "Parameters": [], "Steps": [fail]})
    kit.put("pipeline.json", text)
    location = {"Bucket": kit.bucket, "ObjectKey": "pipeline.json"}
    request = {"PipelineName": kit.name, "RoleArn": kit.role}
    with pytest.raises(ClientError, match=r"NoSuchKey"):
        kit.sagemaker.create_pipeline(
            **request, PipelineDefinitionS3Location={**location, "ObjectKey": "missing.json"}
        )
    kit.sagemaker.create_pipeline(**request, PipelineDefinitionS3Location=location)
    assert kit.sagemaker.describe_pipeline(PipelineName=kit.name)["PipelineDefinition"] == text
    assert kit.run()[1]["Stop"]["FailureReason"] == "read from S3"


def test_a_repeated_creation_is_one_pipeline(kit: PipelineKit) -> None:
    """As the SDKs repeat a request whose answer they did not get."""
    stop = {"Name": "Stop", "Type": "Fail", "Arguments": {"ErrorMessage": "no"}}
    first = kit.create(stop, ClientRequestToken="a" * 32)
    assert kit.create(stop, ClientRequestToken="a" * 32) == first
    with pytest.raises(ClientError, match="already exists"):
        kit.create(stop, ClientRequestToken="b" * 32)
