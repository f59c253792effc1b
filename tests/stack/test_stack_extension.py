"""The documented examples of own steps, deployed and run: an evaluation, and a training."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import onnxruntime

from tests.stack.stack_driver import TypeDriver
from tests.stack.test_stack_plan import copy_of_the_repository
from tests.stack.test_stack_sixth_model import applied
from vis_assis.journeys import edge_path
from vis_assis.local.local_stack import LocalStack

TYPE = "depth"  # the one of docs/extending.md
MODEL = "onnx/model_quantized.onnx"


@contextmanager
def extended_by(
    example: str, stack: LocalStack, folder: Path
) -> Iterator[tuple[LocalStack, TypeDriver]]:
    """The stack with an example as the extension of the type; afterwards without."""
    clone = copy_of_the_repository(folder / "clone")
    definitions = clone / "pipeline_defs"
    shutil.copy(definitions / f"examples/{example}.py", definitions / f"extensions/{TYPE}.py")
    driver = TypeDriver(stack, TYPE)
    driver.reset()
    try:
        yield applied(stack, clone, (clone / "models.yaml").read_text()), driver
    finally:
        stack.terraform.apply()
        driver.reset()
    assert stack.terraform.changes() == ""


def test_only_a_model_that_its_own_step_lets_pass_is_registered(
    stack: LocalStack, tmp_path: Path
) -> None:
    with extended_by("evaluation", stack, tmp_path) as (extended, driver):
        refuses_what_is_not_good_enough(extended, driver)
        registers_what_is_good_enough(extended, driver)


def test_a_model_that_was_trained_gets_to_production(stack: LocalStack, tmp_path: Path) -> None:
    with extended_by("training", stack, tmp_path) as (extended, driver):
        fails_with_the_message_of_the_script(extended)
        brings_what_was_trained_to_production(extended, driver)


def refuses_what_is_not_good_enough(stack: LocalStack, driver: TypeDriver) -> None:
    sagemaker = stack.client("sagemaker")
    arn = edge_path.run_pipeline(sagemaker, stack.outputs["pipeline_names"][TYPE], MaxZipBytes="10")
    assert edge_path.wait_for_execution(sagemaker, arn) == "Failed"
    reason = edge_path.failure_reason(sagemaker, arn)
    assert reason.startswith("RefuseModel: The evaluation failed: depth-anything-v2-small.zip has")
    assert statuses(sagemaker, arn) == {
        "DownloadModel": "Succeeded",
        "EvaluateModel": "Succeeded",
        "EvaluationPassed": "Succeeded",
        "RefuseModel": "Failed",
    }
    group = sagemaker.list_model_packages(ModelPackageGroupName=driver.group)
    assert group["ModelPackageSummaryList"] == []


def registers_what_is_good_enough(stack: LocalStack, driver: TypeDriver) -> None:
    sagemaker, s3 = stack.client("sagemaker"), stack.client("s3")
    arn = edge_path.run_pipeline(sagemaker, stack.outputs["pipeline_names"][TYPE])
    status = edge_path.wait_for_execution(sagemaker, arn)
    assert status == "Succeeded", edge_path.failure_reason(sagemaker, arn)
    assert statuses(sagemaker, arn) == {
        "DownloadModel": "Succeeded",
        "EvaluateModel": "Succeeded",
        "EvaluationPassed": "Succeeded",
        "RegisterModel": "Succeeded",
    }
    version = edge_path.registered_version(sagemaker, TYPE, arn)
    edge_path.set_approval(sagemaker, version.arn, "Approved")
    edge_path.wait_for_promotion(s3, driver.production, version)


def fails_with_the_message_of_the_script(stack: LocalStack) -> None:
    sagemaker = stack.client("sagemaker")
    arn = edge_path.run_pipeline(sagemaker, stack.outputs["pipeline_names"][TYPE], Epochs="1")
    assert edge_path.wait_for_execution(sagemaker, arn) == "Failed"
    assert statuses(sagemaker, arn) == {"DownloadModel": "Succeeded", "TrainModel": "Failed"}
    assert "ExecuteUserScriptError" in edge_path.failure_reason(sagemaker, arn)


def brings_what_was_trained_to_production(stack: LocalStack, driver: TypeDriver) -> None:
    sagemaker, s3 = stack.client("sagemaker"), stack.client("s3")
    arn = edge_path.run_pipeline(sagemaker, stack.outputs["pipeline_names"][TYPE])
    status = edge_path.wait_for_execution(sagemaker, arn)
    assert status == "Succeeded", edge_path.failure_reason(sagemaker, arn)
    version = edge_path.registered_version(sagemaker, TYPE, arn)
    edge_path.set_approval(sagemaker, version.arn, "Approved")
    served = edge_path.wait_for_promotion(s3, driver.production, version)
    zipped = io.BytesIO(edge_path.content(s3, driver.production, served))
    with zipfile.ZipFile(zipped) as content:
        assert "config.json" in content.namelist(), "the files of the model it began with"
        session = onnxruntime.InferenceSession(content.read(MODEL))
    red = [[200 / 255, 40 / 255, 40 / 255]]
    (scores,) = session.run(None, {"features": red})
    assert scores[0].argmax() == 0


def statuses(sagemaker: Any, arn: str) -> dict[str, str]:
    listed = sagemaker.list_pipeline_execution_steps(PipelineExecutionArn=arn)
    return {step["StepName"]: step["StepStatus"] for step in listed["PipelineExecutionSteps"]}
