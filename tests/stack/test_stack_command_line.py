"""The command line on a deployed stack: everything that is done to a model, without a console."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.stack.stack_driver import TypeDriver, make_zip
from vis_assis.__main__ import app
from vis_assis.console import snapshot
from vis_assis.journeys import edge_path
from vis_assis.local.local_stack import LocalStack
from vis_assis.local.up import deployed
from vis_assis.terraform.runner import Terraform

PROMOTION_DEAD_LETTERS = "vis-assis-promote-model-dead-letters.fifo"


@dataclass(frozen=True)
class Commands:
    """The commands in this process, which spares starting Python and Terraform for each."""

    stack: LocalStack

    def run(self, *arguments: str) -> str:
        done = self._invoke(arguments)
        assert done.exit_code == 0, done.output
        return done.output

    def fail(self, *arguments: str) -> str:
        done = self._invoke(arguments)
        assert done.exit_code == 1, done.output
        return done.output

    def _invoke(self, arguments: tuple[str, ...]) -> Result:
        options = [*arguments, "--state-dir", _state_dir(self.stack)]
        return CliRunner().invoke(app, options, env=self.stack.cloud.environment())


@pytest.fixture
def shell(stack: LocalStack, monkeypatch: pytest.MonkeyPatch) -> Commands:
    monkeypatch.setattr(Terraform, "outputs", lambda _: stack.outputs)
    return Commands(stack)


@pytest.fixture
def good(tmp_path: Path) -> Path:
    file = tmp_path / "by-hand.zip"
    file.write_bytes(make_zip("by hand"))
    return file


def test_from_a_pipeline_to_users_and_back(driver: TypeDriver, shell: Commands, good: Path) -> None:
    ran = shell.run("run", driver.type, "--wait").splitlines()
    assert [line.split(",")[0] for line in ran[1:3]] == [
        "tts: DownloadModel Succeeded",
        "tts: RegisterModel Succeeded",
    ]
    assert ran[-1] == "Next: `vis-assis approve tts`"
    (version,) = json.loads(shell.run("history", driver.type, "--json"))["versions"]
    number = str(version["version"])
    assert f"version {number} waits" in shell.run("status")
    got = f"Users get version {number}: "
    assert got in shell.run("approve", driver.type, "--note", "checked")
    shown = driver.shown()
    assert shown is not None

    history = json.loads(shell.run("history", driver.type, "--json"))
    assert history["executions"][0]["status"] == "Succeeded"
    (version,) = history["versions"]
    assert (version["approval"], version["note"]) == ("Approved", "checked")
    page = snapshot.read(deployed(driver.stack))
    way = page.history[driver.type].way
    assert [stage.state for stage in way] == [snapshot.DONE] * 4
    assert (way[1].text, way[2].text) == (f"version {number}", "checked")
    assert [latency.name for latency in page.latencies][1] == "Requests to the API"

    assert "Users get tts/by-hand.zip: " in shell.run("publish", driver.type, str(good))
    driver.wait_until_shows("by hand")
    good.write_bytes(make_zip("by hand again"))
    digest = hashlib.sha256(good.read_bytes()).hexdigest()
    assert f"sha256 {digest}" in shell.run("publish", driver.type, str(good))
    assert "is approved already, and something newer is served" in shell.fail(
        "approve", driver.type, "--version", number
    )
    assert "Users get by-hand.zip" in shell.run("reject", driver.type, "--version", number)
    assert got in shell.run("approve", driver.type, "--version", number)
    again = driver.shown()
    assert again is not None and again.body == shown.body


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["run", "ttz"], "there is no model type 'ttz'; there are: .* Did you mean tts?"),
        (["run"], "give model types, or --all"),
        (["run", "tts", "--set", "Epochs"], "--set Epochs is no NAME=VALUE"),
        (["run", "tts", "--set", "Nothing=1"], "run failed: .*Nothing"),
        (["approve", "tts"], "no version waits for approval; there are: none"),
        (["reject", "tts", "--version", "9"], "there is no version 9"),
        (["publish", "tts", "nowhere.zip"], "nowhere.zip is no .zip file"),
        (["publish", "tts", "README.md"], "README.md is no .zip file"),
        (["navigation", "publish", "nowhere"], "nowhere is no file"),
        (["logs", "nothing"], "there is no function 'nothing'; there are: .*promote_model"),
        (["dead-letters", "show", "x"], f"there are: {PROMOTION_DEAD_LETTERS}"),
        (["user", "remove", "nobody@example.org"], "is no user: `vis-assis user list`"),
    ],
)
def test_a_wrong_call_ends_in_one_line(
    driver: TypeDriver, shell: Commands, arguments: list[str], reason: str
) -> None:
    printed = shell.fail(*arguments)
    assert len(printed.splitlines()) == 1
    assert re.search(reason, printed), printed


def test_a_broken_zip_is_not_uploaded(driver: TypeDriver, shell: Commands, good: Path) -> None:
    good.write_bytes(good.read_bytes()[:-30])
    assert "was not uploaded: " in shell.fail("publish", driver.type, str(good))
    assert driver.shown() is None


def test_dead_letters_go_back_once_the_cause_is_repaired(
    driver: TypeDriver, shell: Commands
) -> None:
    arn = driver.register("late", upload=False)
    driver.approve(arn)
    show = ("dead-letters", "show", PROMOTION_DEAD_LETTERS, "--json")
    letters = edge_path.wait_for("a letter", lambda: json.loads(shell.run(*show)) or None)
    letter = letters[0]
    assert (letter["group"], arn in letter["body"]) == (driver.type, True)
    assert f"queue {PROMOTION_DEAD_LETTERS}: 1 messages" in shell.run("status")
    assert "ArtifactMissing" in shell.run("logs", "promote_model", "--minutes", "5")
    package = driver.sagemaker.describe_model_package(ModelPackageName=arn)
    container = package["InferenceSpecification"]["Containers"][0]
    bucket, _, key = container["ModelDataSource"]["S3DataSource"]["S3Uri"][5:].partition("/")
    driver.s3.put_object(Bucket=bucket, Key=key, Body=make_zip("late"))
    shell.run("dead-letters", "redrive", PROMOTION_DEAD_LETTERS)
    driver.wait_until_shows("late")


def test_users(shell: Commands) -> None:
    shell.run("user", "add", "reader@example.org")
    assert "reader@example.org, CONFIRMED" in shell.run("user", "list")
    shell.run("user", "remove", "reader@example.org")
    listed = json.loads(shell.run("user", "list", "--json"))
    assert "reader@example.org" not in [user["email"] for user in listed]


def test_the_installed_script_runs_from_any_folder(stack: LocalStack, tmp_path: Path) -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "vis-assis", "status", "--state-dir", _state_dir(stack)],
        cwd=tmp_path,
        env={**os.environ, **stack.cloud.environment()},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith(f"API {stack.outputs['api_url']}\n")
    assert len(done.stdout.splitlines()) > len(stack.outputs["pipeline_names"])


def _state_dir(stack: LocalStack) -> str:
    return str(stack.terraform.data_dir.parent)
