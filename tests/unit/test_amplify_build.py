"""What the backend phase takes from its environment."""

from __future__ import annotations

import subprocess

import pytest
import yaml

from tooling.amplify_build import AmplifyBuildError, Settings
from tooling.environments import ROOT

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


def test_the_build_file_names_files_that_exist() -> None:
    phases = yaml.safe_load((ROOT / "amplify.yml").read_text())["backend"]["phases"]
    commands = " ".join(line for phase in phases.values() for line in phase["commands"])
    assert "tooling/install_terraform.sh" in commands
    done = subprocess.run(["sh", "-n", ROOT / "tooling" / "install_terraform.sh"], check=False)
    assert done.returncode == 0
