"""The AWS provider creates, updates and destroys a pipeline, and plans empty in between."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_cloud import LocalCloud
from support.pipeline_kit import PipelineKit
from support.terraform_runner import TerraformRunner

CONFIGURATION = Path(__file__).parent / "pipeline"
NAME = "pipeline-conformance"


@pytest.mark.long
def test_a_pipeline_is_applied_run_updated_and_destroyed(
    cloud: LocalCloud, client: Callable[..., Any], tmp_path: Path
) -> None:
    terraform = TerraformRunner(cloud, CONFIGURATION, tmp_path, {})
    change = ("-input=false", "-no-color", "-auto-approve")
    kit = PipelineKit(client, NAME, "", "")
    terraform.run("init", "-input=false", "-no-color")
    terraform.run("apply", *change, "-var=message=first")
    plan = ("plan", "-detailed-exitcode", "-input=false", "-no-color")
    terraform.run(*plan, "-var=message=first")
    assert kit.run()[1]["Stop"]["FailureReason"] == "first"
    terraform.run("apply", *change, "-var=message=second")
    assert kit.run()[1]["Stop"]["FailureReason"] == "second"
    terraform.run("destroy", *change, "-var=message=second")
    with pytest.raises(ClientError) as gone:
        kit.sagemaker.describe_pipeline(PipelineName=NAME)
    assert gone.value.response["Error"]["Code"] == "ResourceNotFound"
