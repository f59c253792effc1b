"""A sixth model is one block in models.yaml, and goes with it."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from pathlib import Path

from tests.stack.cut_off_runs import CommandLine
from tests.stack.test_stack_plan import copy_of_the_repository
from vis_assis.journeys import edge_path
from vis_assis.local.local_stack import LocalStack

TYPE = "depth-precise"
BLOCK = f"""
  {TYPE}:
    repository: onnx-community/depth-anything-v2-small
    revision: main
    files: ["*.json", onnx/model.onnx]
    licence: Apache-2.0
    max_size_mb: 100
"""


def applied(stack: LocalStack, clone: Path, catalogue: str) -> LocalStack:
    """The stack after the clone, with this catalogue, was deployed over it."""
    write_catalogue(clone, catalogue)
    terraform = dataclasses.replace(stack.terraform, root=clone)
    return LocalStack(stack.cloud, terraform, terraform.apply())


def test_a_sixth_model_gets_to_production_and_goes_with_its_block(
    stack: LocalStack, tmp_path: Path
) -> None:
    clone = copy_of_the_repository(tmp_path / "clone")
    five = (clone / "models.yaml").read_text()
    before = set(stack.remaining())
    with_sixth = applied(stack, clone, five + BLOCK)
    try:
        execution = bring_to_production(with_sixth)
        assert job_logs(stack, execution)
    finally:
        write_catalogue(clone, five)
        folder, variables = stack.terraform.data_dir.parent, stack.terraform.variables
        removing = CommandLine(stack.cloud, folder, variables, is_confirmed=False, root=clone)
        refused = removing.fail("deploy")
        state = with_sixth.terraform.recorded()
        dataclasses.replace(removing, answer="vis-assis").run("deploy")
    assert "aws_sagemaker_model_package_group: 1 to destroy\n" in refused
    group = with_sixth.outputs["model_package_group_names"][TYPE]
    assert f"Destroyed with its contents: models {group}: 1 Approved\n" in refused
    assert "there is no terminal to ask you at: set AUTO_APPROVE=1 to deploy" in refused
    assert any(f'["{TYPE}"]' in address for address in state)
    assert job_logs(stack, execution) == []
    new = {item for item in stack.remaining() if TYPE in item} - before
    assert {item for item in new if not item.startswith("s3 object ")} == set()
    assert stack.terraform.changes() == ""


def write_catalogue(clone: Path, catalogue: str) -> None:
    """Gives the clone another models.yaml, with the definitions of its pipelines."""
    (clone / "models.yaml").write_text(catalogue)
    subprocess.run([sys.executable, "-m", "pipeline_defs"], cwd=clone, check=True)


def job_logs(stack: LocalStack, execution: str) -> list[str]:
    """Streams of the execution's jobs in the log group that the account shares."""
    prefix = f"pipelines-{execution.rpartition('/')[2]}-"
    logs = stack.client("logs")
    pages = logs.get_paginator("describe_log_streams").paginate(
        logGroupName="/aws/sagemaker/ProcessingJobs", logStreamNamePrefix=prefix
    )
    try:
        return [stream["logStreamName"] for page in pages for stream in page["logStreams"]]
    except logs.exceptions.ResourceNotFoundException:  # the group goes with its last stream
        return []


def bring_to_production(stack: LocalStack) -> str:
    """Runs the pipeline, approves what it registered, and returns the execution's ARN."""
    sagemaker, s3 = stack.client("sagemaker"), stack.client("s3")
    arn = edge_path.run_pipeline(sagemaker, stack.outputs["pipeline_names"][TYPE])
    status = edge_path.wait_for_execution(sagemaker, arn)
    assert status == "Succeeded", edge_path.failure_reason(sagemaker, arn)
    version = edge_path.registered_version(sagemaker, TYPE, arn)
    edge_path.set_approval(sagemaker, version.arn, "Approved")
    edge_path.wait_for_promotion(s3, stack.outputs["production_bucket"], version)
    return arn
