"""The AWS provider applies, plans empty and destroys against the local cloud."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from local_cloud import LocalCloud
from support.terraform_runner import TerraformRunner

ROOT = {
    "region_name": "eu-west-1",
    "aws_access_key_id": "123456789012",
    "aws_secret_access_key": "x",
}
CONFIGURATION = Path(__file__).parent / "services"


@pytest.fixture
def own_cloud(tmp_path: Path) -> Iterator[LocalCloud]:
    """A cloud without the leftovers of other tests, for the inventory."""
    with LocalCloud(tmp_path / "cloud", hub=False) as running:
        yield running


@pytest.mark.long
def test_apply_plan_destroy(own_cloud: LocalCloud, tmp_path: Path) -> None:
    package = tmp_path / "function.zip"
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("handler.py", "def handle(event, context):\n    return {}\n")
    terraform = TerraformRunner(
        own_cloud, CONFIGURATION, tmp_path / "terraform", {"function_zip": str(package)}
    )
    terraform.run("init", "-input=false", "-no-color")
    terraform.run("apply", "-auto-approve", "-input=false", "-no-color", "-parallelism=30")
    assert "conformance-depth" in str(own_cloud.control("inventory"))
    terraform.run("plan", "-detailed-exitcode", "-input=false", "-no-color")
    s3 = boto3.client("s3", **ROOT, endpoint_url=own_cloud.endpoint_url)
    for key in ("depth/a+b.zip", "depth/a b.zip"):
        s3.put_object(Bucket="conformance-models-123456789012", Key=key, Body=b"1")
    terraform.run("destroy", "-auto-approve", "-input=false", "-no-color", "-parallelism=30")
    assert own_cloud.control("inventory") == {}
