"""`make verify` passes on a deployed stack, changes nothing for its users, and finds lies."""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.stack.cut_off_runs import CommandLine
from tests.stack.lying_proxy import LIES, LyingProxy, lying_proxy
from tests.stack.stack_driver import TypeDriver
from vis_assis.aws.cloud import Cloud
from vis_assis.journeys import edge_path
from vis_assis.local.local_stack import LocalStack
from vis_assis.verify import edge, run
from vis_assis.verify.session import Session


def holdings(stack: LocalStack) -> dict[str, Any]:
    """What users and the registry have; promotion's records, files and old copies may grow."""
    s3, outputs = stack.client("s3"), stack.outputs
    objects = {
        bucket: {
            item["Key"]
            for item in s3.list_object_versions(Bucket=bucket).get("Versions", ())
            if "/served/" not in item["Key"]
            and not item["Key"].startswith(("files/", "promotions/"))
        }
        for bucket in (
            outputs["production_bucket"],
            outputs["output_bucket"],
            outputs["navigation_upload_bucket"],
        )
    }
    registry = {
        group: len(
            stack.client("sagemaker").list_model_packages(ModelPackageGroupName=group)[
                "ModelPackageSummaryList"
            ]
        )
        for group in outputs["model_package_group_names"].values()
    }
    users = stack.client("cognito-idp").list_users(UserPoolId=outputs["user_pool_id"])["Users"]
    kinds = ("endpoint", "model", "scal")
    inventory = {
        kind: names
        for kind, names in stack.inventory().items()
        if any(word in kind.lower() for word in kinds)
    }
    return {"objects": objects, "registry": registry, "users": len(users), "inventory": inventory}


def test_it_passes_and_leaves_nothing(
    stack: LocalStack, commands: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = holdings(stack)
    monkeypatch.setenv("NAVIGATION", "1")
    printed = commands.run("verify", "--file", str(tmp_path / "verify.json"))
    report = json.loads((tmp_path / "verify.json").read_text())
    results = {line["check"]: line["result"] for line in report["checks"]}
    always = dict.fromkeys((*run.CHECKS, "removal"), "ok")
    assert results == {**always, "writers": "skipped"}
    assert "you are the account's root: run it as a role" in printed
    assert "$1.41 an hour" in printed
    assert holdings(stack) == before


def results(file: Path) -> dict[str, str]:
    return {line["check"]: line["result"] for line in json.loads(file.read_text())["checks"]}


@contextmanager
def watching(driver: TypeDriver) -> Iterator[set[str]]:
    """The SHA-256 of everything that users are shown meanwhile; "" for nothing."""
    seen, over = set(), threading.Event()

    def watch() -> None:
        while not over.wait(0.02):
            model = edge_path.served(driver.s3, driver.production, driver.type)
            seen.add(model.sha256 if model else "")

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield seen
    finally:
        over.set()
        watcher.join()


@pytest.fixture
def vocoder(stack: LocalStack) -> Iterator[TypeDriver]:
    driver = TypeDriver(stack, "vocoder")
    driver.reset()
    yield driver
    driver.reset()


def test_users_keep_the_bytes_that_they_have(
    commands: CommandLine, vocoder: TypeDriver, tmp_path: Path
) -> None:
    sagemaker, pipelines = vocoder.sagemaker, vocoder.stack.outputs["pipeline_names"]
    execution = edge_path.run_pipeline(sagemaker, pipelines["vocoder"])
    assert edge_path.wait_for_execution(sagemaker, execution) == "Succeeded"
    version = edge_path.registered_version(sagemaker, "vocoder", execution)
    vocoder.approve(version.arn)
    before = edge_path.wait_for_promotion(vocoder.s3, vocoder.production, version)
    with watching(vocoder) as seen:
        commands.run("verify", "--file", str(tmp_path / "verify.json"))
    assert results(tmp_path / "verify.json")["promotion"] == "ok"
    assert seen == {before.sha256}
    after = edge_path.served(vocoder.s3, vocoder.production, "vocoder")
    assert after and after.package_arn == before.package_arn


def test_nothing_is_approved_over_an_upload_by_hand(
    commands: CommandLine, vocoder: TypeDriver, tmp_path: Path
) -> None:
    vocoder.upload_by_hand("mine.zip", "uploaded")
    vocoder.wait_until_shows("uploaded")
    with watching(vocoder) as seen:
        printed = commands.run("verify", "--file", str(tmp_path / "verify.json"))
    assert results(tmp_path / "verify.json")["promotion"] == "skipped"
    assert "as users would get other bytes" in printed
    assert len(seen) == 1
    assert edge_path.served(vocoder.s3, vocoder.production, "depth") is None


def test_an_interrupted_run_leaves_nothing(
    commands: CommandLine, stack: LocalStack, tmp_path: Path
) -> None:
    before = holdings(stack)
    process = commands._start("verify", ["--file", str(tmp_path / "verify.json")])
    assert process.stdout
    for line in process.stdout:
        if line.startswith("registration: ok"):
            os.killpg(process.pid, signal.SIGINT)
            break
    printed, _ = process.communicate(timeout=120)
    assert process.returncode == 130, printed
    assert "verify was interrupted" in printed
    assert holdings(stack) == before
    assert not (tmp_path / "verify.json").exists()


@pytest.fixture(scope="module")
def proxy(stack: LocalStack) -> Iterator[LyingProxy]:
    with lying_proxy(stack.cloud.endpoint_url) as running:
        yield running


@pytest.fixture
def administrator(stack: LocalStack, proxy: LyingProxy) -> Iterator[Session]:
    """A session of a role that may do everything, through the proxy."""
    iam, name = stack.client("iam"), "administrator"
    may = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "123456789012"}}
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=_policy(trust))["Role"]["Arn"]
    iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=_policy(may))
    keys = stack.cloud.control("credentials", {"role_arn": arn})
    cloud = Cloud({**stack.cloud.environment(), **keys, "AWS_ENDPOINT_URL": proxy.url})
    address = stack.outputs["api_url"].replace(stack.cloud.endpoint_url, proxy.url)
    yield Session(cloud, {**stack.outputs, "api_url": address}, lambda _: None, pause=0.1)
    proxy.lie = None
    iam.delete_role_policy(RoleName=name, PolicyName="all")
    iam.delete_role(RoleName=name)


def _policy(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_an_administrator_finds_everything_as_believed(administrator: Session) -> None:
    lines = run.verify(administrator)
    assert {line.check: line.found for line in lines if line.result == run.FAILED} == {}
    assert [line.check for line in lines if line.result == run.SKIPPED] == ["navigation"]


@pytest.mark.long
@pytest.mark.parametrize("name", LIES)
def test_a_lie_is_found(
    administrator: Session, proxy: LyingProxy, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edge, "LONGEST_PROMOTION", 5)
    lie = proxy.lie = LIES[name]
    lines = run.verify(administrator)
    failed = {line.check: line for line in lines if line.result == run.FAILED}
    assert list(failed) == [lie.check], [line.found for line in failed.values()]
    assert lie.belief in failed[lie.check].beliefs
