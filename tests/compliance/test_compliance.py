"""Runs the features with terraform-compliance on the plan that Terraform really makes."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from tests.compliance.broken_plan import broken
from tests.modules.planner import Plan, Planner

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


def judged_before_the_apply(document: dict[str, Any]) -> dict[str, Any]:
    """The plan without the resources whose tags hold something that only AWS knows.

    These are the model package groups of a stack with Studio, which carry its domain's ARN; the
    plan without Studio shows them in full.
    """
    unknown = {
        change["address"]
        for change in document["resource_changes"]
        if change["change"]["after_unknown"].get("tags_all") is True
    }
    judged = copy.deepcopy(document)
    changes = judged["resource_changes"]
    judged["resource_changes"] = [item for item in changes if item["address"] not in unknown]
    modules = [judged["planned_values"]["root_module"]]
    for module in modules:
        resources = module.get("resources", [])
        module["resources"] = [item for item in resources if item["address"] not in unknown]
        modules += module.get("child_modules", [])
    return judged


@pytest.fixture(scope="module")
def results(
    planner: Planner, team_plan: Plan, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, bool]:
    """Whether each scenario passes on both plans: with Studio and Amplify, and without them."""
    without_studio = planner.plan({"no_amplify": True, "enable_studio": False}).document
    first = run_features(without_studio, tmp_path_factory.mktemp("without_studio"))
    second = run_features(
        judged_before_the_apply(team_plan.document), tmp_path_factory.mktemp("with_studio")
    )
    return {name: passed and second[name] for name, passed in first.items()}


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
