"""What the backend phase takes from its environment, and what it does about it."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from vis_assis.amplify import build as amplify_build, state_bucket
from vis_assis.amplify.build import State, front_end_lines
from vis_assis.amplify.build_pipelines import status_at_the_end
from vis_assis.amplify.build_settings import Settings
from vis_assis.errors import CommandError

ENVIRONMENT = {"AWS_APP_ID": "d1abc2defghij", "AWS_BRANCH": "main", "AWS_REGION": "eu-west-1"}
BOUNDARY = "arn:aws:iam::123456789012:policy/amplify-vis-assis-boundary"
STATE = State("vis-assis-terraform-state-123456789012", "vis-assis", "eu-west-1", BOUNDARY)
LOCKED = """Error: Error acquiring the state lock
Lock Info:
  ID:        0a1b2c3d-1111-2222-3333-444455556666
  Path:      bucket/vis-assis/terraform.tfstate
  Who:       root@1a2b3c4d5e6f
  Created:   2026-01-31 12:00:00.123456 +0000 UTC
"""
OUTPUTS = {
    "env_local": "NEXT_PUBLIC_API_GATEWAY_ENDPOINT=https://new\nNEXT_PUBLIC_DEBUG_AUDIO=false\n",
    "front_end_defaults": ["NEXT_PUBLIC_DEBUG_AUDIO"],
}


def test_the_build_deploys_for_its_app_and_the_branch_that_deploys() -> None:
    settings = Settings.from_environment({**ENVIRONMENT, "TF_VAR_alarm_email": "a@example.org"})
    assert settings.variables == {
        "alarm_email": "a@example.org",
        "amplify_app_id": "d1abc2defghij",
        "amplify_branches": '["main"]',
        "amplify_start_builds": "false",
        "region": "eu-west-1",
    }
    assert (settings.name_prefix, settings.trigger_pipelines) == ("vis-assis", False)
    assert (settings.minutes, settings.adopt) == (30, False)


def test_variables_of_the_app_go_before_the_branch() -> None:
    given = {**ENVIRONMENT, "TF_VAR_amplify_branches": '["main","next"]'}
    assert Settings.from_environment(given).variables["amplify_branches"] == '["main","next"]'


@pytest.mark.parametrize(
    ("other", "deploys", "branches"),
    [
        ({}, True, '["main"]'),
        ({"AWS_BRANCH": "dev"}, False, '["main"]'),
        ({"AWS_BRANCH": "dev", "DEPLOY_BRANCH": "dev"}, True, '["dev"]'),
        ({"DEPLOY_BRANCH": "live"}, False, '["live"]'),
        ({"AWS_PULL_REQUEST_ID": "7"}, False, '["main"]'),
        ({"AWS_BRANCH": "pr-7", "AWS_PULL_REQUEST_ID": "7"}, False, '["main"]'),
    ],
)
def test_one_branch_deploys_and_a_pull_request_never(
    other: dict[str, str], deploys: bool, branches: str
) -> None:
    settings = Settings.from_environment({**ENVIRONMENT, **other})
    assert settings.deploys is deploys
    assert settings.variables["amplify_branches"] == branches


def test_the_region_may_be_told_in_other_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_REGION", raising=False)
    without = {**ENVIRONMENT, "AWS_REGION": ""}
    given = Settings.from_environment({**without, "AWS_DEFAULT_REGION": "eu-north-1"})
    assert given.variables["region"] == given.region == "eu-north-1"
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-west-2")  # as a profile's would be
    assert Settings.from_environment(without).region == "us-west-2"


@pytest.mark.parametrize(
    ("other", "named"),
    [
        ({"AWS_APP_ID": ""}, "AWS_APP_ID"),
        ({"AWS_REGION": ""}, "AWS_REGION"),
        ({"TRIGGER_PIPELINES": "yes"}, "TRIGGER_PIPELINES"),
        ({"AUTO_APPROVE_MODELS": "true"}, "TRIGGER_PIPELINES"),
        ({"_BUILD_TIMEOUT": "2h"}, "_BUILD_TIMEOUT"),
        ({"_BUILD_TIMEOUT": "121"}, "_BUILD_TIMEOUT"),
    ],
)
def test_an_environment_that_makes_no_sense_is_named(
    other: dict[str, str], named: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    with pytest.raises(CommandError, match=named):
        Settings.from_environment({**ENVIRONMENT, **other})


def test_a_lock_that_was_left_is_told_with_the_command_that_removes_it() -> None:
    told = amplify_build._locked(LOCKED, STATE)
    assert "locked by root@1a2b3c4d5e6f since 2026-01-31 12:00:00" in told
    assert f"aws s3 rm s3://{STATE.bucket}/vis-assis/terraform.tfstate.tflock" in told
    assert "\n" not in told


def test_the_apps_own_values_go_before_defaults_but_not_before_the_stacks() -> None:
    app = {"NEXT_PUBLIC_API_GATEWAY_ENDPOINT": "https://old", "NEXT_PUBLIC_DEBUG_AUDIO": "a b"}
    assert front_end_lines(OUTPUTS, app) == [
        "NEXT_PUBLIC_API_GATEWAY_ENDPOINT=https://new",
        "NEXT_PUBLIC_DEBUG_AUDIO='a b'",
    ]
    assert front_end_lines(OUTPUTS, {})[1] == "NEXT_PUBLIC_DEBUG_AUDIO=false"


def test_a_pipeline_that_outlives_the_build_is_told_with_what_to_do() -> None:
    class Running:
        def describe_pipeline_execution(self, **_: str) -> dict[str, str]:
            return {"PipelineExecutionStatus": "Executing"}

    with pytest.raises(CommandError, match=r"arn:x still runs.*_BUILD_TIMEOUT"):
        status_at_the_end(Running(), "arn:x", ends=0.0)


class FakeTerraform:
    """Has a state with outputs, or none; must not be asked to change anything."""

    def __init__(self, outputs: dict[str, Any]) -> None:
        self.known = outputs

    def init(self, backend_config: str) -> None:
        assert Path(backend_config).read_text() == STATE.backend()

    def outputs(self) -> dict[str, Any]:
        return self.known


class FakeCloud:
    """An account whose S3 has the state's bucket, or not."""

    identity = ("aws", "123456789012")

    def __init__(self, *, has_bucket: bool = True) -> None:
        self.has_bucket = has_bucket

    def client(self, service: str) -> Any:
        assert service == "s3", "a build of another branch needs nothing else"
        return self


def other_branch(
    monkeypatch: pytest.MonkeyPatch, root: Path, outputs: dict[str, Any], *, has_bucket: bool = True
) -> list[str]:
    """Runs the build of a branch that does not deploy; returns what it reports."""
    (root / "build").mkdir()
    told: list[str] = []

    def terraform(_: Settings, at: Path, state: State) -> FakeTerraform:
        (at / "backend.hcl").write_text(state.backend())
        return FakeTerraform(outputs)

    monkeypatch.setattr(amplify_build, "Cloud", lambda **_: FakeCloud())
    monkeypatch.setattr(amplify_build, "_terraform", terraform)
    monkeypatch.setattr(state_bucket, "exists", lambda *_: has_bucket)
    settings = Settings.from_environment({**ENVIRONMENT, "AWS_BRANCH": "feature/One"})
    amplify_build.run(settings, root, told.append, {})
    return told


def test_another_branch_reads_and_is_told_when_it_may_not_call(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    outputs = {**OUTPUTS, "allowed_origins": ["https://main.d1abc2defghij.amplifyapp.com"]}
    told = other_branch(monkeypatch, tmp_path, outputs)
    assert any("only main deploys" in line for line in told)
    assert any(
        line.startswith("https://feature-one.d1abc2defghij.amplifyapp.com may not") for line in told
    )
    written = (tmp_path / amplify_build.FRONT_END_SETTINGS).read_text()
    assert "NEXT_PUBLIC_API_GATEWAY_ENDPOINT=https://new\n" in written


@pytest.mark.parametrize("has_bucket", [True, False])
def test_another_branch_without_a_stack_says_which_one_deploys(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, has_bucket: bool
) -> None:
    with pytest.raises(CommandError, match=r"build the branch main first.*DEPLOY_BRANCH"):
        other_branch(monkeypatch, tmp_path, {}, has_bucket=has_bucket)


def test_the_settings_are_read_by_a_shell_as_they_are(tmp_path: Path) -> None:
    app = {"NEXT_PUBLIC_DEBUG_AUDIO": "it's $HOME; a b"}
    file = tmp_path / "front_end.env"
    file.write_text("".join(f"{line}\n" for line in front_end_lines(OUTPUTS, app)))
    script = f'set -a; . "{file}"; printf %s "$NEXT_PUBLIC_DEBUG_AUDIO"'
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "it's $HOME; a b"
