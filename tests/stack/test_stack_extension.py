"""What a deployment can be extended by: a sixth model, and the documented examples of own steps.

All three are deployed at once, and go at once.
"""

from __future__ import annotations

import dataclasses
import io
import shutil
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import onnxruntime
import pytest

from common.model_index import Model
from tests.stack.cut_off_runs import CommandLine
from tests.stack.stack_driver import TypeDriver
from tests.stack.test_stack_plan import copy_of_the_repository
from vis_assis.aws.model_verification import read_index, trusted_keys
from vis_assis.errors import CommandError
from vis_assis.journeys import edge_path
from vis_assis.local.local_stack import LocalStack

TRAINED, EVALUATED, SIXTH = "depth", "vocoder", "depth-precise"
EXTENSIONS = {TRAINED: "training", EVALUATED: "evaluation"}
MODEL = "onnx/model_quantized.onnx"
BLOCK = f"""
  {SIXTH}:
    repository: onnx-community/depth-anything-v2-small
    revision: main
    files: ["*.json", onnx/model.onnx]
    licence: Apache-2.0
    max_size_mb: 100
"""


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_of_the_repository(tmp_path_factory.mktemp("extended") / "clone")


@pytest.fixture(scope="module")
def extended(stack: LocalStack, clone: Path) -> LocalStack:
    """The stack after a clone with all three was deployed over it, and another signing key."""
    definitions = clone / "pipeline_defs"
    for model_type, example in EXTENSIONS.items():
        extension = definitions / f"extensions/{model_type}.py"
        shutil.copy(definitions / f"examples/{example}.py", extension)
    with (clone / "models.yaml").open("a") as models:
        models.write(BLOCK)
    subprocess.run([sys.executable, "-m", "pipeline_defs"], cwd=clone, check=True)
    variables = {**stack.terraform.variables, "model_signing_keys": ["2", "1"]}
    terraform = dataclasses.replace(stack.terraform, root=clone, variables=variables)
    return LocalStack(stack.cloud, terraform, terraform.apply())


@pytest.fixture(scope="module")
def sixth(extended: LocalStack) -> str:
    """ARN of the execution that registered the sixth model, whose version is in production."""
    arn = execution(extended, SIXTH)
    bring_to_production(extended, SIXTH, arn)
    return arn


def test_the_signing_key_changes_without_a_break(stack: LocalStack, extended: LocalStack) -> None:
    """Front ends that know both keys take the index; those that know the former one do not."""
    (former,), (new, kept) = (each.outputs["model_signing_keys"] for each in (stack, extended))
    place = extended.client("s3"), extended.outputs["production_bucket"]
    now = datetime.now(UTC)
    index, problems = read_index(*place, trusted_keys([former, new]), now=now, at_least=0)
    assert (kept, problems) == (former, [])
    assert set(index.entries) == set(extended.outputs["pipeline_names"])
    with pytest.raises(CommandError, match="the index names the key"):
        read_index(*place, trusted_keys([former]), now=now, at_least=0)
    assert f"NEXT_PUBLIC_MODEL_SIGNING_KEYS={new},{former}\n" in extended.outputs["env_local"]


def test_only_a_model_that_its_own_step_lets_pass_is_registered(extended: LocalStack) -> None:
    sagemaker = extended.client("sagemaker")
    refused = execution(extended, EVALUATED, MaxZipBytes="10")
    assert edge_path.wait_for_execution(sagemaker, refused) == "Failed"
    reason = edge_path.failure_reason(sagemaker, refused)
    assert reason.startswith("RefuseModel: The evaluation failed: speecht5_hifigan.zip has")
    passed = {"DownloadModel": "Succeeded", "EvaluateModel": "Succeeded"}
    assert statuses(sagemaker, refused) == {
        **passed,
        "EvaluationPassed": "Succeeded",
        "RefuseModel": "Failed",
    }
    group = TypeDriver(extended, EVALUATED).group
    listed = sagemaker.list_model_packages(ModelPackageGroupName=group)
    assert listed["ModelPackageSummaryList"] == []

    arn = execution(extended, EVALUATED)
    bring_to_production(extended, EVALUATED, arn)
    assert statuses(sagemaker, arn) == {
        **passed,
        "EvaluationPassed": "Succeeded",
        "RegisterModel": "Succeeded",
    }


def test_a_model_that_was_trained_gets_to_production(extended: LocalStack) -> None:
    sagemaker, s3 = extended.client("sagemaker"), extended.client("s3")
    failed = execution(extended, TRAINED, Epochs="1")
    assert edge_path.wait_for_execution(sagemaker, failed) == "Failed"
    assert statuses(sagemaker, failed) == {"DownloadModel": "Succeeded", "TrainModel": "Failed"}
    assert "ExecuteUserScriptError" in edge_path.failure_reason(sagemaker, failed)

    served = bring_to_production(extended, TRAINED, execution(extended, TRAINED))
    zipped = io.BytesIO(edge_path.content(s3, extended.outputs["production_bucket"], served))
    with zipfile.ZipFile(zipped) as content:
        assert "config.json" in content.namelist(), "the files of the model it began with"
        session = onnxruntime.InferenceSession(content.read(MODEL))
    red = [[200 / 255, 40 / 255, 40 / 255]]
    (scores,) = session.run(None, {"features": red})
    assert scores[0].argmax() == 0


def test_a_model_goes_with_its_block(
    commands: CommandLine, stack: LocalStack, extended: LocalStack, clone: Path, sixth: str
) -> None:
    assert job_logs(stack, sixth)
    for model_type in EXTENSIONS:
        TypeDriver(extended, model_type).reset()
    shutil.rmtree(clone)
    copy_of_the_repository(clone)
    state = extended.terraform.recorded()
    asked = dataclasses.replace(commands, is_confirmed=False, answer="vis-assis", root=clone).run(
        "deploy"
    )

    assert "aws_sagemaker_model_package_group: 1 to destroy" in asked
    group = extended.outputs["model_package_group_names"][SIXTH]
    assert f"Destroyed with its contents: models {group}: 1 Approved" in asked
    assert any(f'["{SIXTH}"]' in address for address in state)
    assert job_logs(stack, sixth) == []
    left = {item for item in stack.remaining() if SIXTH in item}
    assert {item for item in left if not item.startswith("s3 object ")} == set()


def execution(stack: LocalStack, model_type: str, **parameters: str) -> str:
    """Starts a type's pipeline and returns the execution's ARN."""
    pipeline = stack.outputs["pipeline_names"][model_type]
    return edge_path.run_pipeline(stack.client("sagemaker"), pipeline, **parameters)


def bring_to_production(stack: LocalStack, model_type: str, arn: str) -> Model:
    """Approves what an execution registered and waits until it is served."""
    sagemaker, s3 = stack.client("sagemaker"), stack.client("s3")
    status = edge_path.wait_for_execution(sagemaker, arn)
    assert status == "Succeeded", edge_path.failure_reason(sagemaker, arn)
    version = edge_path.registered_version(sagemaker, model_type, arn)
    edge_path.set_approval(sagemaker, version.arn, "Approved")
    return edge_path.wait_for_promotion(s3, stack.outputs["production_bucket"], version)


def statuses(sagemaker: Any, arn: str) -> dict[str, str]:
    listed = sagemaker.list_pipeline_execution_steps(PipelineExecutionArn=arn)
    return {step["StepName"]: step["StepStatus"] for step in listed["PipelineExecutionSteps"]}


def job_logs(stack: LocalStack, arn: str) -> list[str]:
    """Streams of the execution's jobs in the log group that the account shares."""
    prefix = f"pipelines-{arn.rpartition('/')[2]}-"
    logs = stack.client("logs")
    pages = logs.get_paginator("describe_log_streams").paginate(
        logGroupName="/aws/sagemaker/ProcessingJobs", logStreamNamePrefix=prefix
    )
    try:
        return [stream["logStreamName"] for page in pages for stream in page["logStreams"]]
    except logs.exceptions.ResourceNotFoundException:  # the group goes with its last stream
        return []
