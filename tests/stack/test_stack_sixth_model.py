"""A sixth model is one block in models.yaml; a second stack lives beside the first."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.stack.test_stack_plan import copy_of_the_repository
from tooling import edge_path, package_lambdas
from tooling.local_stack import LOCAL_VARIABLES, LocalStack
from tooling.terraform import Terraform

BLOCK = """
  depth-precise:
    repository: onnx-community/depth-anything-v2-small
    revision: main
    files: ["*.json", onnx/model.onnx]
    licence: Apache-2.0
    max_size_mb: 100
"""


@pytest.fixture(scope="module")
def second_stack(
    stack: LocalStack, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LocalStack]:
    """A stack with another prefix in the same account, from a clone with one block more."""
    clone = copy_of_the_repository(tmp_path_factory.mktemp("second") / "clone")
    with (clone / "models.yaml").open("a") as models:
        models.write(BLOCK)
    subprocess.run([sys.executable, "-m", "pipeline_defs"], cwd=clone, check=True)
    package_lambdas.build(clone / "build" / "lambda", clone)
    data = clone / "build" / "terraform"
    terraform = Terraform(
        data_dir=data,
        environment=stack.cloud.environment(),
        root=clone,
        variables={**LOCAL_VARIABLES, "name_prefix": "second"},
        state=data / "terraform.tfstate",
    )
    terraform.init()
    before = set(stack.remaining())
    deployed = LocalStack(stack.cloud, terraform, terraform.apply())
    yield deployed
    terraform.destroy()
    assert set(stack.remaining()) <= before


def test_a_sixth_model_gets_to_production(second_stack: LocalStack) -> None:
    sagemaker, s3 = second_stack.client("sagemaker"), second_stack.client("s3")
    outputs = second_stack.outputs
    arn = edge_path.run_pipeline(sagemaker, outputs["pipeline_names"]["depth-precise"])
    status = edge_path.wait_for_execution(sagemaker, arn)
    assert status == "Succeeded", edge_path.failure_reason(sagemaker, arn)
    group = outputs["model_package_group_names"]["depth-precise"]
    version = edge_path.newest_version(sagemaker, "depth-precise", group)
    edge_path.set_approval(sagemaker, version.arn, "Approved")
    edge_path.wait_for_promotion(s3, outputs["production_bucket"], version)


def test_the_second_stack_leaves_the_first_alone(
    stack: LocalStack, second_stack: LocalStack
) -> None:
    assert set(second_stack.outputs["model_package_group_names"]) > set(
        stack.outputs["model_package_group_names"]
    )
    assert second_stack.outputs["production_bucket"] != stack.outputs["production_bucket"]
    assert stack.terraform.changes() == ""
