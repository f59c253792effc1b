"""The runner of moto's tests, on tests made for it."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[2] / "conformance"
TEST = "tests/test_sagemaker/test_a.py::test_"
LIST = """
[[left_out]]
service = "cloudformation"
reason = "not emulated"
[[difference]]
tests = ["tests/test_sagemaker/test_a.py::test_listed", "tests/test_sagemaker/test_a.py::test_good"]
aws_refuses = true
reason = "made up"
source = "nobody"
"""
SUITE = """
import boto3
import pytest
from moto import mock_aws

ROLE = "arn:aws:iam::123456789012:role/nobody-yet"

@mock_aws
def test_the_role_is_prepared():
    boto3.client("sagemaker", "us-east-1").create_pipeline(
        PipelineName="a", RoleArn=ROLE, PipelineDefinition=" "
    )

@mock_aws
def test_what_aws_refuses():
    role = ROLE.replace("iam", "sagemaker")
    boto3.client("sagemaker", "us-east-1").create_pipeline(
        PipelineName="a", RoleArn=role, PipelineDefinition=" "
    )

def test_without_requests():
    pass

@mock_aws
def test_of_another_service():
    boto3.client("cloudformation", "us-east-1").list_stacks()
"""


def record(outcome: str = "passed", service: str = "api.sagemaker") -> dict[str, Any]:
    return {"outcome": outcome, "message": "why", "services": [service] if service else []}


def run_on(checkout: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(FOLDER), "--moto", str(checkout), "--services", "sagemaker"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


@pytest.fixture
def comparison(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(FOLDER))
    return importlib.import_module("comparison")


def test_differences_are_sorted(comparison: Any, tmp_path: Path) -> None:
    file = tmp_path / "accepted.toml"
    file.write_text(LIST)
    accepted = comparison.AcceptedList.read(file)
    moto = {f"{TEST}{name}": record() for name in ("good", "listed", "new", "gone")}
    moto |= {
        f"{TEST}skipped": record("skipped"),
        f"{TEST}silent": record(service=""),
        f"{TEST}stack": record(service="cloudformation"),
        f"{TEST}broken": record("failed"),
    }
    here = {name: record("failed") for name in moto} | {f"{TEST}good": record()}
    del here[f"{TEST}gone"]
    result = comparison.compare(moto, here, accepted)
    assert len(result.run) == 5
    assert result.left_out == [f"{TEST}stack"]
    assert result.on_local_cloud == [f"{TEST}good"]
    assert result.refused_by_aws() == [f"{TEST}listed"]
    assert result.unlisted == {f"{TEST}new": "why", f"{TEST}gone": "did not run"}
    assert comparison.outdated({"sagemaker": result}, accepted) == [f"{TEST}good"]
    assert comparison.outdated({"iam": result}, accepted) == []


def test_every_accepted_difference_has_a_reason_and_a_source(comparison: Any) -> None:
    accepted = comparison.AcceptedList.read(FOLDER / "accepted.toml")
    assert all(entry.reason and entry.source for entry in accepted.differences.values())


def test_a_test_is_listed_once(comparison: Any, tmp_path: Path) -> None:
    file = tmp_path / "accepted.toml"
    file.write_text(LIST.replace("test_good", "test_listed"))
    with pytest.raises(ValueError, match=r"accepted\.toml lists .*test_listed twice"):
        comparison.AcceptedList.read(file)


def test_an_unlisted_failure_ends_the_run_with_1(tmp_path: Path) -> None:
    suite = tmp_path / "tests" / "test_sagemaker"
    suite.mkdir(parents=True)
    (tmp_path / "tests" / "__init__.py").touch()
    (suite / "__init__.py").touch()
    (suite / "test_a.py").write_text(SUITE)
    run = run_on(tmp_path)
    assert run.returncode == 1, run.stderr
    assert "| sagemaker | 2 | 2 | 1 (50.0%) | 0 | 1 | 50.0% |" in run.stdout
    assert f"NOT LISTED: {TEST}what_aws_refuses" in run.stdout
    assert "is no role ARN" in run.stdout


def test_a_folder_without_tests_is_named(tmp_path: Path) -> None:
    run = run_on(tmp_path)
    assert run.returncode == 1
    assert f"{tmp_path} has no tests/test_sagemaker" in run.stderr
