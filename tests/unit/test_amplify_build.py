"""What the backend phase takes from its environment, and the policy that it runs with."""

from __future__ import annotations

import json
import subprocess

import pytest
import yaml

from tests.modules.planned_policies import resource_patterns
from tooling.amplify_build import AmplifyBuildError, Settings
from tooling.environments import ROOT

POLICY = json.loads((ROOT / "iam" / "amplify_service_role.json").read_text())
ENVIRONMENT = {"AWS_APP_ID": "d1abc2defghij", "AWS_BRANCH": "next", "AWS_REGION": "eu-west-1"}


def test_the_build_deploys_for_its_app_and_branch() -> None:
    settings = Settings.from_environment({**ENVIRONMENT, "TF_VAR_alarm_email": "a@example.org"})
    assert settings.variables == {
        "alarm_email": "a@example.org",
        "amplify_app_id": "d1abc2defghij",
        "amplify_branches": '["next"]',
        "amplify_start_builds": "false",
        "region": "eu-west-1",
    }
    assert (settings.name_prefix, settings.trigger_pipelines) == ("vis-assis", False)


def test_variables_of_the_app_go_before_the_branch() -> None:
    given = {**ENVIRONMENT, "TF_VAR_amplify_branches": '["main","next"]'}
    assert Settings.from_environment(given).variables["amplify_branches"] == '["main","next"]'


@pytest.mark.parametrize(
    ("other", "named"),
    [
        ({"AWS_APP_ID": ""}, "AWS_APP_ID"),
        ({"AWS_REGION": ""}, "AWS_REGION"),
        ({"TRIGGER_PIPELINES": "yes"}, "TRIGGER_PIPELINES"),
        ({"AUTO_APPROVE_MODELS": "true"}, "TRIGGER_PIPELINES"),
    ],
)
def test_an_environment_that_makes_no_sense_is_named(other: dict[str, str], named: str) -> None:
    with pytest.raises(AmplifyBuildError, match=named):
        Settings.from_environment({**ENVIRONMENT, **other})


def test_the_policy_fits_a_role_and_names_every_action() -> None:
    compact = json.dumps(POLICY, separators=(",", ":"))
    assert len(compact) <= 10_240, "IAM takes 10,240 characters of inline policy"
    actions = [action for statement in POLICY["Statement"] for action in statement["Action"]]
    assert [action for action in actions if "*" in action] == []


def test_the_policy_is_wide_only_where_aws_offers_nothing_narrower() -> None:
    wide = {
        action
        for statement in POLICY["Statement"]
        if statement["Resource"] == "*"
        for action in statement["Action"]
        if resource_patterns(action)
    }
    # The ARNs of mappings and networks hold ids that are not known before; listing takes no name.
    assert {action for action in wide if not _is_of_an_unknown_id(action)} == set()


def _is_of_an_unknown_id(action: str) -> bool:
    return (
        "EventSourceMapping" in action
        or action.startswith("ec2:")
        or action
        in {
            "lambda:ListTags",
            "lambda:TagResource",
            "lambda:UntagResource",
            "logs:DescribeLogGroups",
        }
    )


def test_the_build_file_names_files_that_exist() -> None:
    phases = yaml.safe_load((ROOT / "amplify.yml").read_text())["backend"]["phases"]
    commands = " ".join(line for phase in phases.values() for line in phase["commands"])
    assert "tooling/install_terraform.sh" in commands
    done = subprocess.run(["sh", "-n", ROOT / "tooling" / "install_terraform.sh"], check=False)
    assert done.returncode == 0
