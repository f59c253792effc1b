"""The documented example of an own step, deployed and run: it decides what is registered."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from tests.stack.stack_driver import TypeDriver
from tests.stack.test_stack_plan import copy_of_the_repository
from tests.stack.test_stack_sixth_model import applied
from vis_assis.journeys import edge_path
from vis_assis.local.local_stack import LocalStack

TYPE = "depth"  # the one of docs/extending.md


def test_only_a_model_that_its_own_step_lets_pass_is_registered(
    stack: LocalStack, tmp_path: Path
) -> None:
    clone = copy_of_the_repository(tmp_path / "clone")
    definitions = clone / "pipeline_defs"
    shutil.copy(definitions / "examples/evaluation.py", definitions / f"extensions/{TYPE}.py")
    driver = TypeDriver(stack, TYPE)
    driver.reset()
    try:
        extended = applied(stack, clone, (clone / "models.yaml").read_text())
        refuses_what_is_not_good_enough(extended, driver)
        registers_what_is_good_enough(extended, driver)
    finally:
        stack.terraform.apply()
        driver.reset()
    assert stack.terraform.changes() == ""


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


def statuses(sagemaker: Any, arn: str) -> dict[str, str]:
    listed = sagemaker.list_pipeline_execution_steps(PipelineExecutionArn=arn)
    return {step["StepName"]: step["StepStatus"] for step in listed["PipelineExecutionSteps"]}
