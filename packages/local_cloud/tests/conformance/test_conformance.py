"""How the runner of moto's tests sorts what it saw."""

from __future__ import annotations

import importlib
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


def record(outcome: str = "passed", service: str = "api.sagemaker") -> dict[str, Any]:
    return {"outcome": outcome, "message": "why", "services": [service] if service else []}


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
