"""Nothing broken replaces what works: on the deployed stack, by upload and through the registry.

test_promotion_refusals.py has all kinds of bad zips.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.stack.cut_off_runs import CommandLine
from tests.stack.stack_driver import TypeDriver, make_zip
from vis_assis.aws import model_status
from vis_assis.journeys import edge_path

NOT_LOOKED_AT = {
    "Depth/x.zip": "the folder is depth/",
    "depth/x.ZIP": "in lower case",
    "x.zip": "the folder of their type",
    "unknown/x.zip": "no such type",
}


@pytest.fixture
def serving(driver: TypeDriver) -> TypeDriver:
    """An approved version is served."""
    driver.register_approved("works")
    driver.wait_until_shows("works")
    return driver


def refusals(driver: TypeDriver) -> dict[str, str]:
    """Reasons by what was refused."""
    found = model_status.refused(driver.s3, driver.production, [driver.type])
    return {item.name: item.reason for item in found}


def wait_for_refusal(driver: TypeDriver, name: str) -> str:
    return edge_path.wait_for(f"the refusal of {name}", lambda: refusals(driver).get(name))


def test_no_bad_version_takes_the_model_away(serving: TypeDriver) -> None:
    before = serving.shown()
    arn = serving.register(body=b"<html>")
    serving.approve(arn)
    wait_for_refusal(serving, f"version {arn.rsplit('/', 1)[1]}")
    assert serving.shown() == before


def test_an_archived_upload_waits_until_it_can_be_read(serving: TypeDriver) -> None:
    before = serving.shown()
    serving.upload_by_hand("cold.zip", "cold", StorageClass="GLACIER")
    assert "archive" in wait_for_refusal(serving, f"{serving.type}/cold.zip")
    assert serving.shown() == before
    serving.upload_by_hand("cold.zip", "warm")
    serving.wait_until_shows("warm")


def test_a_bad_upload_over_the_served_one_leaves_it_in_service_and_alarms(
    driver: TypeDriver,
) -> None:
    driver.upload_by_hand("mine.zip", "works")
    before = driver.wait_until_shows("works")
    driver.upload_by_hand("mine.zip", body=b"<html>")
    assert "HTML" in wait_for_refusal(driver, f"{driver.type}/mine.zip")
    driver.wait_until_idle()
    assert driver.shown() == before
    alarm = driver.stack.outputs["promotion_refused_alarm"]
    watch = driver.stack.client("cloudwatch")

    def raised() -> bool | None:
        (found,) = watch.describe_alarms(AlarmNames=[alarm])["MetricAlarms"]
        return True if found["StateValue"] == "ALARM" else None

    edge_path.wait_for("the alarm", raised)
    assert before is not None
    current = driver.s3.head_object(Bucket=driver.production, Key=before.key)
    assert current["VersionId"] == before.version_id, "no lifecycle rule takes a current version"


def test_young_executions_are_not_pruned(serving: TypeDriver, commands: CommandLine) -> None:
    del serving
    assert "Nothing older than 1 days that no version needs" in commands.run("prune", "--days=1")
    assert "set DAYS to 1 or more" in commands.fail("prune", "--days=0", "--auto-approve")


def test_what_nobody_looks_at_is_named(serving: TypeDriver) -> None:
    for key in NOT_LOOKED_AT:
        serving.s3.put_object(Bucket=serving.production, Key=key, Body=make_zip("lost"))
    try:
        types = list(serving.stack.outputs["pipeline_names"])
        found = model_status.ignored_models(serving.s3, serving.production, types)
        assert {item.key for item in found} == set(NOT_LOOKED_AT)
        for item in found:
            assert NOT_LOOKED_AT[item.key] in item.why
    finally:
        for key in NOT_LOOKED_AT:
            serving.s3.delete_object(Bucket=serving.production, Key=key)


@pytest.fixture
def uploader(serving: TypeDriver) -> Iterator[Any]:
    """S3 as somebody sees it whom IAM allows everything there."""
    iam, name = serving.stack.client("iam"), f"uploader-{uuid.uuid4().hex[:8]}"
    allowed = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    trusted = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "*"}}
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=_policy(trusted))["Role"]["Arn"]
    iam.put_role_policy(RoleName=name, PolicyName="s3", PolicyDocument=_policy(allowed))
    keys = serving.stack.cloud.control("credentials", {"role_arn": arn})
    yield serving.stack.client(
        "s3",
        aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
        aws_session_token=keys["AWS_SESSION_TOKEN"],
    )
    iam.delete_role_policy(RoleName=name, PolicyName="s3")
    iam.delete_role(RoleName=name)


def _policy(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_only_promotion_writes_what_the_api_reads(serving: TypeDriver, uploader: Any) -> None:
    """Whatever IAM allows: the bucket's policy leaves the decision to promotion."""
    shown, place = serving.shown(), {"Bucket": serving.production}
    assert shown is not None
    model = edge_path.served(serving.s3, serving.production, serving.type)
    assert model is not None
    file = model.files[0].stored.key
    for key in ("index.json", file, f"promotions/{serving.type}.json", shown.key):
        with pytest.raises(ClientError, match="AccessDenied"):
            uploader.put_object(**place, Key=key, Body=b"{}")
        with pytest.raises(ClientError, match="AccessDenied"):
            uploader.put_object_tagging(**place, Key=key, Tagging={"TagSet": []})
    uploader.put_object(**place, Key=f"{serving.type}/mine.zip", Body=make_zip("mine"))
    serving.wait_until_shows("mine")
