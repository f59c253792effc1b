"""The command line on a deployed stack: everything that is done to a model, without a console."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.stack.cut_off_runs import CommandLine
from tests.stack.stack_driver import TypeDriver, make_zip
from vis_assis.build.environments import ROOT
from vis_assis.journeys import edge_path

PROMOTION_DEAD_LETTERS = "vis-assis-promote-model-dead-letters.fifo"


@pytest.fixture
def good(tmp_path: Path) -> Path:
    file = tmp_path / "by-hand.zip"
    file.write_bytes(make_zip("by hand"))
    return file


def test_from_a_pipeline_to_users_and_back(
    driver: TypeDriver, commands: CommandLine, good: Path
) -> None:
    ran = commands.run("run", driver.type, "--wait").splitlines()
    assert [line.split(",")[0] for line in ran[1:3]] == [
        "tts: DownloadModel Succeeded",
        "tts: RegisterModel Succeeded",
    ]
    assert ran[-1] == "Next: `vis-assis approve tts`"
    assert "version 1 waits" in commands.run("status")
    assert "Users get version 1: " in commands.run("approve", driver.type, "--note", "checked")
    shown = driver.shown()
    assert shown is not None

    history = json.loads(commands.run("history", driver.type, "--json"))
    assert history["executions"][0]["status"] == "Succeeded"
    (version,) = history["versions"]
    assert (version["version"], version["approval"], version["note"]) == (1, "Approved", "checked")

    assert "Users get tts/by-hand.zip: " in commands.run("publish", driver.type, str(good))
    driver.wait_until_shows("by hand")
    assert "is approved already, and something newer is served" in commands.fail(
        "approve", driver.type, "--version", "1"
    )
    assert "Users get by-hand.zip" in commands.run("reject", driver.type, "--version", "1")
    assert "Users get version 1: " in commands.run("approve", driver.type, "--version", "1")
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
    driver: TypeDriver, commands: CommandLine, arguments: list[str], reason: str
) -> None:
    printed = commands.fail(*arguments)
    assert len(printed.splitlines()) == 1
    assert re.search(reason, printed), printed


def test_a_broken_zip_is_not_uploaded(
    driver: TypeDriver, commands: CommandLine, good: Path
) -> None:
    good.write_bytes(good.read_bytes()[:-30])
    assert "was not uploaded: " in commands.fail("publish", driver.type, str(good))
    assert driver.shown() is None


def test_dead_letters_go_back_once_the_cause_is_repaired(
    driver: TypeDriver, commands: CommandLine
) -> None:
    arn = driver.register("late", upload=False)
    driver.approve(arn)
    show = ("dead-letters", "show", PROMOTION_DEAD_LETTERS, "--json")
    letters = edge_path.wait_for("a letter", lambda: json.loads(commands.run(*show)) or None)
    letter = letters[0]
    assert (letter["group"], arn in letter["body"]) == (driver.type, True)
    assert f"queue {PROMOTION_DEAD_LETTERS}: 1 messages" in commands.run("status")
    assert "ArtifactMissing" in commands.run("logs", "promote_model", "--minutes", "5")
    package = driver.sagemaker.describe_model_package(ModelPackageName=arn)
    container = package["InferenceSpecification"]["Containers"][0]
    bucket, _, key = container["ModelDataSource"]["S3DataSource"]["S3Uri"][5:].partition("/")
    driver.s3.put_object(Bucket=bucket, Key=key, Body=make_zip("late"))
    commands.run("dead-letters", "redrive", PROMOTION_DEAD_LETTERS)
    driver.wait_until_shows("late")


def test_users(commands: CommandLine) -> None:
    commands.run("user", "add", "reader@example.org")
    assert "reader@example.org, CONFIRMED" in commands.run("user", "list")
    commands.run("user", "remove", "reader@example.org")
    listed = json.loads(commands.run("user", "list", "--json"))
    assert "reader@example.org" not in [user["email"] for user in listed]


def test_it_runs_from_any_folder(commands: CommandLine, tmp_path: Path) -> None:
    script = tmp_path / ".venv" / "bin" / "vis-assis"
    script.parent.mkdir(parents=True)
    script.write_bytes((ROOT / "vis_assis/cli/vis-assis.sh").read_bytes())
    script.chmod(0o755)
    for name in ("vis_assis", "lambda_src", "catalogue", "models.yaml", ".venv/bin/python"):
        (tmp_path / name).symlink_to(ROOT / name)
    done = subprocess.run([script, "--help"], cwd="/", capture_output=True, text=True, check=True)
    assert "Usage: vis-assis" in done.stdout
