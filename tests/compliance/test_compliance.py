"""Runs the features with terraform-compliance on the plan that Terraform really makes."""

from __future__ import annotations

import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from tests.compliance.broken_plan import broken
from tests.modules.planner import Plan

FEATURES = Path(__file__).parent


def run_features(document: dict[str, Any], folder: Path) -> dict[str, bool]:
    """Whether each scenario passed on this plan, by feature and scenario."""
    plan, report = folder / "plan.json", folder / "report.xml"
    plan.write_text(json.dumps(document), encoding="utf-8")
    command = Path(sys.executable).with_name("terraform-compliance")
    done = subprocess.run(
        [command, "-f", FEATURES, "-p", plan, f"--junit-xml={report}"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert report.exists(), done.stdout[-3000:] + done.stderr[-3000:]
    cases = ET.parse(report).iter("testcase")  # noqa: S314 - written just now by our own command
    return {
        f"{case.get('classname')}: {case.get('name')}": case.find("failure") is None
        and case.find("skipped") is None
        for case in cases
    }


@pytest.fixture(scope="module")
def results(default_plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bool]:
    return run_features(default_plan.document, tmp_path_factory.mktemp("compliance"))


@pytest.mark.parametrize(
    "feature", sorted(FEATURES.glob("*.feature")), ids=lambda path: str(path.stem)
)
def test_the_plan_complies_with_the_feature(feature: Path, results: dict[str, bool]) -> None:
    title = feature.read_text(encoding="utf-8").splitlines()[0].removeprefix("Feature: ")
    scenarios = {name: passed for name, passed in results.items() if name.startswith(f"{title}: ")}
    assert scenarios
    assert [name for name, passed in scenarios.items() if not passed] == []


def test_every_scenario_notices_its_violation(
    default_plan: Plan, results: dict[str, bool], tmp_path: Path
) -> None:
    violated = run_features(broken(default_plan.document), tmp_path)
    assert set(violated) == set(results)
    assert [name for name, passed in violated.items() if passed] == []
