"""The command line on a deployed stack: everything that is done to a model, without a console."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import typer
from botocore.client import BaseClient
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError
from pydantic import TypeAdapter
from typer.testing import CliRunner, Result

from promote_model.production import ARN_TAG
from tests.stack.api_driver import MODELS, ApiDriver
from tests.stack.stack_driver import TypeDriver, make_zip
from tests.stack.test_stack_command_line_documents import ELSEWHERE, PAGES
from vis_assis.__main__ import app
from vis_assis.aws import cost, readiness, upload
from vis_assis.aws.readiness import Image
from vis_assis.backup import manifest
from vis_assis.cli.schemas import PRINTED
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

    def json(self, *arguments: str) -> Any:
        """What a command prints, which its schema has to describe."""
        printed = self.run(*arguments, "--json")
        name = max((n for n in PRINTED if " ".join(arguments).startswith(n)), key=len)
        TypeAdapter(PRINTED[name]).validate_json(printed)
        return json.loads(printed)

    def fail(self, *arguments: str, code: int = 1) -> str:
        done = self._invoke(arguments)
        assert done.exit_code == code, done.output
        return done.output

    def _invoke(self, arguments: tuple[str, ...]) -> Result:
        where = ["--state-dir", _state_dir(self.stack)]
        where = [] if arguments[0] == "amplify-role" else where
        environment = {"COLUMNS": "60", **self.stack.cloud.environment()}
        return CliRunner().invoke(app, [*arguments, *where], env=environment)


@pytest.fixture
def shell(stack: LocalStack, monkeypatch: pytest.MonkeyPatch) -> Commands:
    monkeypatch.setattr(Terraform, "outputs", lambda _: stack.outputs)
    return Commands(stack)


@pytest.fixture
def good(tmp_path: Path) -> Path:
    file = tmp_path / "by-hand.zip"
    file.write_bytes(make_zip("by hand"))
    return file


def test_from_a_pipeline_to_users_and_back(
    driver: TypeDriver, user: ApiDriver, shell: Commands, good: Path
) -> None:
    ran = shell.run("run", driver.type, "--wait").splitlines()
    steps = [line.split(",")[0] for line in ran if line.startswith("tts: ")]
    assert [step for step in steps if step.endswith("Succeeded")] == [
        "tts: DownloadModel Succeeded",
        "tts: RegisterModel Succeeded",
    ]
    assert ran[-1] == "Next: `vis-assis approve tts`"
    (version,) = shell.json("history", driver.type)["versions"]
    number = str(version["version"])
    assert f"version {number} waits" in shell.run("status")
    got = f"Users get version {number}: "
    assert got in shell.run("approve", driver.type, "--note", "checked")
    shown = driver.shown()
    assert shown is not None and user.call(MODELS).status == 200

    history = shell.json("history", driver.type)
    execution, cloudwatch = history["executions"][0]["id"], driver.stack.client("cloudwatch")

    def written() -> str | None:
        found = shell.run("logs", "--correlation", execution)
        lines = [line.partition(": ") for line in found.splitlines()]
        wrote = {name for name, _, _ in lines}
        is_all = wrote == {"ProcessingJobs", "promote_model", "model_urls"}
        assert all(execution in text for _, _, text in lines if text.startswith("{"))
        return found if is_all else None

    found = edge_path.wait_for("the execution in the log of all that it passed", written)
    assert "--minutes looks further back" in shell.run("logs", "--correlation", "nothing")
    for text in ('"correlation_id": "%s"', '"correlation_id":"%s"', '"correlation_ids":["%s"]'):
        assert text % execution in found
    served = {"Namespace": "VisAssis", "MetricName": "ServedSeconds"}
    edge_path.wait_for("a metric", lambda: cloudwatch.list_metrics(**served)["Metrics"] or None)
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
        (["logs", "promote-modle"], "there are: .*promote_model.* Did you mean promote_model?"),
        (["diff", "tts", "8", "9"], "there is no version 8"),
        (["diff", "ttz", "8", "9"], "Did you mean tts?"),
        (["history", "ttz"], "Did you mean tts?"),
        (["approve", "ttz"], "Did you mean tts?"),
        (["approve", "tts", "--version", "9"], "there is no version 9"),
        (["reject", "ttz"], "Did you mean tts?"),
        (["publish", "ttz", "nowhere.zip"], "Did you mean tts?"),
        (["navigation", "rollback", "nonsense"], "'nonsense' is not in s3://"),
        (["user", "add", "nobody"], "'nobody' is no e-mail address"),
        (["backup"], "add DIR=path/to/backup"),
        (["restore", "--folder", "nowhere"], "nowhere holds no complete backup"),
        (["navigation", "ask", "README.md", "Why?"], "`vis-assis navigation status` tells why"),
        (
            ["status", "--stack", "staging"],
            "staging is not at hand: this shell points to vis-assis",
        ),
        (["dead-letters", "show", "x"], f"there are: {PROMOTION_DEAD_LETTERS}"),
        (["dead-letters", "redrive", "x"], f"there are: {PROMOTION_DEAD_LETTERS}"),
        (["user", "remove", "nobody@example.org"], "is no user: `vis-assis user list`"),
    ],
)
def test_a_wrong_call_ends_in_one_line(
    driver: TypeDriver, shell: Commands, arguments: list[str], reason: str
) -> None:
    printed = shell.fail(*arguments)
    assert len(printed.splitlines()) == 1
    assert re.search(reason, printed), printed


# All commands that ask the account, each with arguments that are not refused before.
ASKING = f"""
    status; console; cost; drift; deploy; destroy --auto-approve; prune; verify; verify-models;
    run tts; history tts; diff tts 1 2; approve tts; reject tts; publish tts ZIP; doctor;
    logs promote_model;
    backup --folder NEW; restore --folder SAVED; env-local --file NEW; amplify-role d1abc2defghij;
    navigation status; navigation ask ZIP Why?; navigation publish ZIP; navigation rollback RELEASE;
    dead-letters list; dead-letters show {PROMOTION_DEAD_LETTERS};
    dead-letters redrive {PROMOTION_DEAD_LETTERS};
    user list; user add reader@example.org; user remove reader@example.org
""".split(";")
ASKS_NOBODY = {"demo", "local", "web", "validate"}
WITHOUT_A_STACK = ("deploy", "destroy", "drift", "doctor", "amplify-role")
# Terraform calls, or each call's failure is a finding, or nothing is called before a page is read.
WITH_NO_CALL_OF_OURS = ("deploy", "destroy", "drift", "console", "env-local", "doctor", "verify")


def test_every_command_is_among_those_whose_failures_are_tested() -> None:
    def leaves(group: Any, before: str = "") -> set[str]:
        there = group.commands.items()
        below = [leaves(item, f"{name} ") for name, item in there if hasattr(item, "commands")]
        own = {before + name for name, item in there if not hasattr(item, "commands")}
        return own.union(*below)

    commands = leaves(typer.main.get_command(app)) - ASKS_NOBODY
    asking = [" ".join(command.split()) for command in ASKING]
    tested = {
        name for name in commands if any(f"{each} ".startswith(f"{name} ") for each in asking)
    }
    assert tested == commands


@pytest.mark.parametrize("command", [" ".join(command.split()) for command in ASKING])
def test_what_no_command_gets_past_ends_in_one_line(
    shell: Commands, good: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    size, digest = good.stat().st_size, manifest.sha256_of(good)
    file = manifest.SavedFile(path=good.name, sha256=digest, bytes=size)
    upload_of_it = manifest.SavedUpload(model_type="tts", file=file)
    manifest.Manifest(uploads=[upload_of_it]).write(good.parent)
    places = {"ZIP": good, "NEW": good.parent / "new", "SAVED": good.parent}
    words = [str(places.get(word, word)) for word in command.split()]

    def failing(*texts: str) -> None:
        printed = shell.fail(*words)
        *before, last = printed.splitlines()
        assert not before or (len(before) == 1 and before[0].startswith("Uploading ")), printed
        assert any(text in last for text in texts), printed

    call, who = BaseClient._make_api_call, "AWS cannot be asked who you are"
    for code, remedy, spared in REFUSALS:
        if spared and command.startswith(WITH_NO_CALL_OF_OURS):
            continue

        def refuse(
            self: Any, operation: str, request: Any, code: str = code, spared: str = spared
        ) -> Any:
            if operation == spared:
                return call(self, operation, request)
            if code == "no credentials":
                raise NoCredentialsError
            if code == "no such region":
                raise EndpointConnectionError(endpoint_url="https://sts.eu-wset-1.amazonaws.com")
            raise ClientError({"Error": {"Code": code, "Message": "you may not"}}, operation)

        monkeypatch.setattr(BaseClient, "_make_api_call", refuse)
        failing(remedy, *([who] if command == "doctor" else []))
    monkeypatch.setattr(BaseClient, "_make_api_call", call)
    if not command.startswith(WITHOUT_A_STACK):
        monkeypatch.setattr(Terraform, "outputs", lambda _: {})
        monkeypatch.setattr(Terraform, "recorded", lambda _: [])
        failing("no stack is deployed here: run `make deploy`")
        alone = {**shell.stack.outputs, "account_id": "999999999999"}
        monkeypatch.setattr(Terraform, "outputs", lambda _: alone)
        failing("is in account 999999999999, and your credentials are for 1")


REFUSALS = (
    ("no credentials", "set AWS_PROFILE", ""),
    ("ExpiredTokenException", "aws sso login", ""),
    ("UnrecognizedClientException", "set AWS_PROFILE", ""),
    ("AccessDeniedException", "may not", ""),
    ("no such region", "set AWS_REGION to a region that there is", ""),
    ("ThrottlingException", "run it again in a minute", "GetCallerIdentity"),
)
"""What AWS answers, what the line then says, and the call that is spared."""


def test_without_keys_in_the_environment(stack: LocalStack, shell: Commands) -> None:
    without = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}
    environment = {**stack.cloud.environment(), **without}
    done = CliRunner().invoke(app, ["status", "--state-dir", _state_dir(stack)], env=environment)
    assert (done.exit_code, "set AWS_PROFILE" in done.output) == (1, True)


def test_a_stack_that_somebody_else_deployed_is_found_by_its_state(
    stack: LocalStack, shell: Commands
) -> None:
    s3, bucket = stack.client("s3"), f"staging-terraform-state-{stack.outputs['account_id']}"
    outputs = {**stack.outputs, "stack_name": "staging"}
    state = {"outputs": {name: {"value": value} for name, value in outputs.items()}}
    key, place = "app/main/terraform.tfstate", {"LocationConstraint": stack.outputs["region"]}
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=place)
    s3.put_object(Bucket=bucket, Key=key, Body=json.dumps(state).encode())
    try:
        assert "stack staging in account" in shell.run("status", "--stack", "staging")
        assert "holds no state of it" in shell.fail("status", "--stack", "stagin")
    finally:
        s3.delete_object(Bucket=bucket, Key=key)
        s3.delete_bucket(Bucket=bucket)


def test_a_failed_pipeline_shows_its_log(driver: TypeDriver, shell: Commands) -> None:
    printed = shell.fail("run", driver.type, "--wait", "--set", "Revision=0000000")
    assert re.search(r"DownloadModel Failed, \d+ s: .*\n  .*0000000", printed), printed


def test_an_interrupted_upload_goes_on(
    driver: TypeDriver, shell: Commands, good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upload, "PART", 5 << 20)
    monkeypatch.setattr(upload, "_AT_ONCE", 1)
    good.write_bytes(make_zip("large" * (3 << 20)))
    call, sent = BaseClient._make_api_call, list[int]()

    def interrupted(self: Any, operation: str, request: Any) -> Any:
        if operation == "UploadPart":
            sent.append(request["PartNumber"])
            if sent == [1, 2, 3]:
                raise KeyboardInterrupt
        return call(self, operation, request)

    monkeypatch.setattr(BaseClient, "_make_api_call", interrupted)
    assert "publish was interrupted: run it" in shell.fail(
        "publish", driver.type, str(good), code=130
    )
    assert driver.shown() is None
    printed = shell.run("publish", driver.type, str(good))
    assert "100 % of" in printed and "Users get tts/by-hand.zip" in printed
    assert [sent.count(part) for part in (1, 2, 3)] == [1, 1, 2]


def test_what_differs_between_two_versions(driver: TypeDriver, shell: Commands) -> None:
    versions = [driver.register(text).rpartition("/")[2] for text in ("one", "three")]
    found = shell.json("diff", driver.type, *versions)
    sizes = {file["name"]: (file["bytes_before"], file["bytes_after"]) for file in found["files"]}
    assert sizes["onnx/model_quantized.onnx"] == (3, 5)
    assert "onnx/model_quantized.onnx: 3 bytes -> 5 bytes" in shell.run("diff", "tts", *versions)


def test_models_are_verified_until_somebody_changes_one(
    driver: TypeDriver, shell: Commands
) -> None:
    driver.register_approved("one")
    shown = driver.wait_until_shows("one")
    assert shown is not None
    printed = shell.run("verify-models")
    sequence = str(shell.json("verify-models")["sequence"])
    assert f"{driver.type}: version" in printed
    assert f"--at-least {sequence}" in printed
    # Bytes that somebody changes, promotion may have repaired by now.
    tags = {"TagSet": [{"Key": ARN_TAG, "Value": "arn:of:another"}]}
    driver.s3.put_object_tagging(Bucket=driver.production, Key=shown.key, Tagging=tags)
    printed = shell.fail("verify-models", "--at-least", sequence)
    assert f"wrong: {driver.type}: the tags of {shown.key} name another version" in printed


def test_a_stack_at_rest_costs_two_dollars_and_a_signing_key(
    shell: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sweeps(_events: Any, _prefix: str, names: Collection[str]) -> float:
        """At the default rates: those of a local cloud are faster."""
        minutes = 15 if any("promote" in name for name in names) else 5
        return len(names) * cost.MINUTES / minutes

    monkeypatch.setattr(cost, "_sweeps", sweeps)
    found = shell.json("cost")
    items = {item["unit"]: item for item in found["items"]}
    assert items["KMS signature"]["quantity"] > 0
    signing = items["signing key"]["dollars"] + items["KMS signature"]["dollars"]
    assert found["at_rest"] == found["with_what_runs"] <= 2 + signing
    assert signing <= 1
    assert f"${found['at_rest']:.2f} a month at rest" in shell.run("status", "--plain")


def test_doctor_asks_for_quotas_and_images(
    stack: LocalStack, shell: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    findings = {item["name"]: item["result"] for item in shell.json("doctor")}
    missing = {name for name, result in findings.items() if result != "ready"}
    assert missing == {"navigation model"}, "no token was given"
    stack.cloud.control("endpoints", {"quotas": {"ml.g5.xlarge": 1}})
    try:
        assert "ask Service Quotas in eu-west-1 for 4" in shell.fail("doctor")
    finally:
        stack.cloud.control("endpoints", {"quotas": {"ml.g5.xlarge": None}})
    monkeypatch.setattr(readiness, "IMAGES", {"image": Image("sagemaker-scikit-learn", "0.1")})
    assert "image: missing: sagemaker-scikit-learn:0.1 of account 141502" in shell.fail("doctor")


def test_a_broken_zip_is_not_uploaded(driver: TypeDriver, shell: Commands, good: Path) -> None:
    good.write_bytes(good.read_bytes()[:-30])
    assert "was not uploaded: " in shell.fail("publish", driver.type, str(good))
    assert driver.shown() is None


def test_dead_letters_go_back_once_the_cause_is_repaired(
    driver: TypeDriver, shell: Commands
) -> None:
    arn = driver.register("late", upload=False)
    driver.approve(arn)
    show = ("dead-letters", "show", PROMOTION_DEAD_LETTERS)
    letters = edge_path.wait_for("a letter", lambda: shell.json(*show) or None)
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
    listed = shell.json("user", "list")
    assert "reader@example.org" not in [user["email"] for user in listed]


def documented() -> list[str]:
    """The commands in the sentences of the documents, but those that other tests run."""
    texts = [re.sub(r"(?s)```.*?```", "", page.read_text()) for page in PAGES]
    found = {c for text in texts for c in re.findall(r"(?:`|bin/)vis-assis ([^`\n#|]+)", text)}
    named = {command.strip() for command in found}
    return sorted(c for c in named if c.isascii() and f"vis-assis {c}" not in ELSEWHERE)


@pytest.mark.parametrize("command", documented())
def test_every_command_of_the_documents_runs(
    driver: TypeDriver, shell: Commands, good: Path, tmp_path: Path, command: str
) -> None:
    before, after = (driver.register(text).rpartition("/")[2] for text in ("before", "after"))
    given = {
        **{"MODEL": driver.type, "depth": driver.type, "FILE": str(good)},
        **{"QUEUE": PROMOTION_DEAD_LETTERS, "FUNCTION": "promote_model"},
        **{"EMAIL": "reader@example.org", "A": before, "B": after, "N": after},
    }
    words = [given.get(word, word) for word in shlex.split(command)]
    if words[:2] == ["user", "remove"]:
        shell.run("user", "add", words[2])
    if words[0] == "env-local":
        words += ["--file", str(tmp_path / ".env.local")]
    shell.run(*words)


def test_drift_names_what_was_changed_by_hand(driver: TypeDriver, shell: Commands) -> None:
    queue = {"QueueUrl": driver.stack.outputs["promotion_queue_url"]}
    name = "VisibilityTimeout"
    before = driver.sqs.get_queue_attributes(**queue, AttributeNames=[name])["Attributes"]
    driver.sqs.set_queue_attributes(**queue, Attributes={name: "77"})
    try:
        printed = shell.fail("drift")
    finally:
        driver.sqs.set_queue_attributes(**queue, Attributes=before)
    address = "module.model_promotion.module.event_queue.aws_sqs_queue.this"
    assert f"{address} was changed by hand: visibility_timeout_seconds\n" in printed


def test_the_installed_script_runs_from_any_folder(stack: LocalStack, tmp_path: Path) -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "vis-assis", "status", "--state-dir", _state_dir(stack)],
        cwd=tmp_path,
        env={**os.environ, **stack.cloud.environment()},
        capture_output=True,
        text=True,
        check=True,
    )
    where = f"account {stack.outputs['account_id']}, {stack.outputs['region']}"
    assert done.stdout.startswith(f"stack vis-assis in {where}\nAPI {stack.outputs['api_url']}\n")
    assert len(done.stdout.splitlines()) > len(stack.outputs["pipeline_names"])


def _state_dir(stack: LocalStack) -> str:
    return str(stack.terraform.data_dir.parent)
