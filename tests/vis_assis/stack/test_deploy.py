"""A deploy shows what changes, and asks before data goes."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from vis_assis.errors import CommandError
from vis_assis.stack import deploy as deploy_module
from vis_assis.stack.deploy import deploy
from vis_assis.stack.target import Target
from vis_assis.terraform.runner import Terraform

GROUP = "aws_sagemaker_model_package_group"
POOL = {"id": "eu-west-1_abc", "name": "vis-assis-users"}
VERSIONS = {"vis-assis-depth": ["Approved", "Approved", "Rejected"], "vis-assis-new": []}


@dataclass(frozen=True)
class FakeTerraform(Terraform):
    """Plans what a test says, and notes what it is run with."""

    changes_to_plan: list[dict[str, Any]] = field(default_factory=list)
    ran: list[str] = field(default_factory=list)

    def run(self, *arguments: str, **_: Any) -> subprocess.CompletedProcess[str]:
        self.ran.append(arguments[0])
        variables = {"name_prefix": {"value": "vis-assis"}, "region": {"value": "eu-west-1"}}
        plan = {"variables": variables, "resource_changes": self.changes_to_plan}
        printed = json.dumps(plan if arguments[0] == "show" else {})
        return subprocess.CompletedProcess(arguments, 0, printed, "")


class Account:
    """An account with two groups, and a pool with three users."""

    def __init__(self, **_: Any) -> None:
        self.group = ""

    def client(self, _: str) -> Account:
        return self

    def get_paginator(self, _: str) -> Account:
        return self

    def paginate(self, **request: str) -> list[dict[str, Any]]:
        versions = VERSIONS[request["ModelPackageGroupName"]]
        return [{"ModelPackageSummaryList": [{"ModelApprovalStatus": v} for v in versions]}]

    def describe_user_pool(self, **_: str) -> dict[str, Any]:
        return {"UserPool": {"EstimatedNumberOfUsers": 3}}


def change(kind: str, number: int, *actions: str, **before: str) -> dict[str, Any]:
    changing = {"actions": actions, "before": before, "after": {}}
    return {"address": f"{kind}.n{number}", "type": kind, "mode": "managed", "change": changing}


def group(name: str) -> dict[str, Any]:
    return change(GROUP, 1, "delete", model_package_group_name=name)


class Run:
    """One deploy with these changes."""

    def __init__(self, folder: Path, *changes: dict[str, Any]) -> None:
        self.told: list[str] = []
        self.asked: list[str] = []
        self.terraform = FakeTerraform(folder, {}, changes_to_plan=list(changes))

    def deploy(self, *, answer: bool) -> None:
        def confirm(name: str) -> bool:
            self.asked.append(name)
            return answer

        deploy(Target(self.terraform, is_local=False, where="AWS"), self.told.append, confirm)


@pytest.fixture(autouse=True)
def prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deploy_module, "prepare", lambda *_: None)
    monkeypatch.setattr(deploy_module, "find_unrecorded", lambda *_: {})
    monkeypatch.setattr(deploy_module, "Cloud", Account)


def test_changes_are_counted_by_kind_and_applied_as_planned(tmp_path: Path) -> None:
    run = Run(
        tmp_path,
        change("aws_iam_role", 1, "create"),
        change("aws_iam_role", 2, "create"),
        change("aws_iam_role", 3, "update"),
        change("aws_iam_role", 4, "no-op"),
        change("aws_sqs_queue", 1, "delete"),
        change("aws_sns_topic", 1, "create", "delete"),
        change("aws_sns_topic", 2, "delete", "create"),
        group("vis-assis-new"),
    )
    run.deploy(answer=False)
    assert run.told[1:] == [
        "  aws_iam_role: 1 to change, 2 to create",
        f"  {GROUP}: 1 to destroy",
        "  aws_sns_topic: 2 to replace",
        "  aws_sqs_queue: 1 to destroy",
    ]
    assert run.asked == [], "none of it holds data"
    assert run.terraform.ran == ["plan", "show", "apply", "output"]


LOST = [
    (group("vis-assis-depth"), "models vis-assis-depth: 2 Approved, 1 Rejected"),
    (change("aws_cognito_user_pool", 1, "delete", **POOL), "user pool vis-assis-users: 3 users"),
    (
        change("aws_cognito_user_pool", 1, "delete", "create", **POOL),
        "user pool vis-assis-users: 3 users",
    ),
    (
        change("aws_sagemaker_domain", 1, "delete", domain_name="vis-assis"),
        "Studio domain vis-assis: the home folders of its users",
    ),
]


@pytest.mark.parametrize(("removal", "line"), LOST)
def test_data_goes_only_when_somebody_says_so(
    tmp_path: Path, removal: dict[str, Any], line: str
) -> None:
    refused = Run(tmp_path, removal)
    with pytest.raises(CommandError, match="nothing was changed: the answer was not vis-assis"):
        refused.deploy(answer=False)
    assert f"Destroyed with its contents: {line}" in refused.told
    assert refused.terraform.ran == ["plan", "show"]
    confirmed = Run(tmp_path, removal)
    confirmed.deploy(answer=True)
    assert confirmed.asked == ["vis-assis"]
    assert confirmed.terraform.ran == ["plan", "show", "apply", "output"]
