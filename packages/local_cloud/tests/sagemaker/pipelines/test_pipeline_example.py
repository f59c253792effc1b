"""A definition as the SageMaker SDK emits it, run end to end through both branches."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support.pipeline_kit import PipelineKit, make_kit

EXAMPLE = Path(__file__).with_name("pipeline_example.json")
VALIDATE = """
import json, pathlib, sys
version, artifact, target = sys.argv[2::2]
text = pathlib.Path(artifact).read_text()
report = {"valid": text == "good", "message": f"{text} in {version}"}
pathlib.Path(target).write_text(json.dumps(report))
"""
NOTIFY = "def handle(event, context):\n    return {'status': 'told of ' + event['uri']}\n"


@pytest.fixture
def kit(client: Callable[..., Any], make_role: Callable[..., str], unique: str) -> PipelineKit:
    kit = make_kit(client, make_role, unique)
    kit.put("code/validate.py", VALIDATE)
    kit.sagemaker.create_model_package_group(ModelPackageGroupName=unique)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as content:
        content.writestr("notify.py", NOTIFY)
    function = client("lambda").create_function(
        FunctionName=unique,
        Runtime="python3.13",
        Handler="notify.handle",
        Role=make_role("lambda"),
        Code={"ZipFile": archive.getvalue()},
    )
    definition = (
        EXAMPLE.read_text()
        .replace("arn:aws:iam::123456789012:role/pipe", kit.role)
        .replace("arn:aws:lambda:eu-west-1:123456789012:function:notify", function["FunctionArn"])
        .replace("my-bucket", kit.bucket)
        .replace("my-group", unique)
    )
    kit.sagemaker.create_pipeline(
        PipelineName=unique, PipelineDefinition=definition, RoleArn=kit.role
    )
    return kit


def versions(kit: PipelineKit) -> list[dict[str, Any]]:
    listed = kit.sagemaker.list_model_packages(ModelPackageGroupName=kit.name)
    return list(listed["ModelPackageSummaryList"])


def test_valid_artifact_is_registered(kit: PipelineKit) -> None:
    uri = kit.put("in/artifact.txt", "good")
    arn = kit.start({"ArtifactUri": uri, "ArtifactVersionId": "v7"})
    assert kit.end(arn) == "Succeeded", kit.steps(arn)
    steps = kit.steps(arn)
    assert {name: step["StepStatus"] for name, step in steps.items()} == {
        "Validate": "Succeeded",
        "IsValid": "Succeeded",
        "Register": "Succeeded",
        "Notify": "Succeeded",
    }
    assert steps["IsValid"]["Metadata"] == {"Condition": {"Outcome": "True"}}
    assert steps["Notify"]["Metadata"]["Lambda"]["OutputParameters"] == [
        {"Name": "status", "Value": f"told of {uri}"}
    ]
    package_arn = steps["Register"]["Metadata"]["RegisterModel"]["Arn"]
    assert [version["ModelPackageArn"] for version in versions(kit)] == [package_arn]
    package = kit.sagemaker.describe_model_package(ModelPackageName=package_arn)
    assert package["ModelApprovalStatus"] == "PendingManualApproval"
    assert package["CustomerMetadataProperties"] == {"artifact_version_id": "v7"}
    assert package["InferenceSpecification"]["Containers"][0]["ModelDataUrl"] == uri
    execution_id = arn.rpartition("/")[2]
    statistics = package["ModelMetrics"]["ModelQuality"]["Statistics"]["S3Uri"]
    assert statistics == f"s3://{kit.bucket}/reports/{execution_id}/report.json"
    report = json.loads(kit.text(f"reports/{execution_id}/report.json"))
    assert report == {"valid": True, "message": "good in v7"}


def test_invalid_artifact_takes_the_other_branch(kit: PipelineKit) -> None:
    uri = kit.put("in/artifact.txt", "bad")
    arn = kit.start({"ArtifactUri": uri})
    assert kit.end(arn) == "Failed"
    steps = kit.steps(arn)
    assert "Register" not in steps
    assert steps["IsValid"]["Metadata"] == {"Condition": {"Outcome": "False"}}
    assert steps["Invalid"]["StepStatus"] == "Failed"
    assert steps["Invalid"]["FailureReason"] == "validation failed: bad in null"
    assert steps["Invalid"]["Metadata"] == {
        "Fail": {"ErrorMessage": "validation failed: bad in null"}
    }
    described = kit.sagemaker.describe_pipeline_execution(PipelineExecutionArn=arn)
    assert described["FailureReason"] == "Step failure: One or multiple steps failed."
    assert versions(kit) == []
