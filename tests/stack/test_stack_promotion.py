"""Promotion on the deployed stack: what rules, queue, schedule, buckets and permissions decide.

What is served after which history is a table in test_promotion_histories.py.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator

import pytest

from tests.stack.stack_driver import TypeDriver, make_zip
from vis_assis.journeys import edge_path


@pytest.fixture
def copied_in_parts(driver: TypeDriver) -> Iterator[None]:
    """Promotion copies what is larger than 5 MiB, the smallest part, in parts."""
    functions = driver.stack.client("lambda")
    name = driver.stack.outputs["function_names"]["promote_model"]
    before = functions.get_function_configuration(FunctionName=name)["Environment"]
    changed = {"Variables": {**before["Variables"], "COPY_IN_PARTS_ABOVE": str(5 << 20)}}
    functions.update_function_configuration(FunctionName=name, Environment=changed)
    yield
    functions.update_function_configuration(FunctionName=name, Environment=before)


def test_an_approval_promotes_with_provenance(driver: TypeDriver) -> None:
    arn = driver.register("one")
    assert driver.shown() is None
    driver.approve(arn)
    driver.wait_until_shows("one")
    model = edge_path.served(driver.s3, driver.production, driver.type)
    assert model is not None
    assert (model.origin, model.package_arn) == ("registry", arn)
    assert (model.file_name, model.version) == ("model.zip", int(arn.rsplit("/", 1)[1]))
    assert model.sha256 == hashlib.sha256(make_zip("one")).hexdigest()
    place = {"Bucket": driver.production, "Key": model.key}
    tags = driver.s3.get_object_tagging(**place)["TagSet"]
    assert {"Key": "model-package-arn", "Value": arn} in tags


def test_rejecting_v3_brings_back_v2_and_pending_then_withdraws_it(driver: TypeDriver) -> None:
    second = driver.register_approved("two")
    driver.wait_until_shows("two")
    third = driver.register_approved("three")
    driver.wait_until_shows("three")
    driver.reject(third)
    driver.wait_until_shows("two")
    edge_path.set_approval(driver.sagemaker, second, "PendingManualApproval")
    driver.wait_until_shows(None)


def test_a_manual_upload_stays_until_a_newer_approval(driver: TypeDriver) -> None:
    first = driver.register_approved("one")
    driver.wait_until_shows("one")
    driver.upload_by_hand("by-hand.zip", "by hand")
    driver.sagemaker.update_model_package(
        ModelPackageArn=first, CustomerMetadataProperties={"note": "edited after the upload"}
    )
    driver.send(json.dumps(driver.event_of(first)))
    driver.wait_until_idle()
    shown = driver.wait_until_shows("by hand")
    assert shown is not None
    assert shown.package_arn is None
    driver.register_approved("two")
    driver.wait_until_shows("two")


def test_the_sweep_finds_what_no_event_told(driver: TypeDriver) -> None:
    """Deleting a version emits no event, so only the schedule can notice."""
    driver.register_approved("one")
    driver.wait_until_shows("one")
    second = driver.register_approved("two")
    driver.wait_until_shows("two")
    driver.sagemaker.delete_model_package(ModelPackageName=second)
    driver.wait_until_shows("one", seconds=90)


def test_an_upload_in_parts_wins_although_it_began_before_the_approval(
    driver: TypeDriver,
) -> None:
    finish = driver.begin_upload_in_parts("model.zip", "by hand")
    driver.register_approved("one")
    driver.wait_until_shows("one")
    time.sleep(1.1)
    finish()
    driver.wait_until_shows("by hand", seconds=20)
    driver.register_approved("two")
    driver.wait_until_shows("two")


def test_deleting_an_upload_brings_the_approved_version_back_at_once(driver: TypeDriver) -> None:
    driver.register_approved("one")
    driver.wait_until_shows("one")
    driver.upload_by_hand("model.zip", "by hand")
    driver.wait_until_shows("by hand")
    driver.wait_until_idle()
    driver.s3.delete_object(Bucket=driver.production, Key=f"{driver.type}/model.zip")
    driver.wait_until_shows("one", seconds=20)


def test_a_served_model_that_is_copied_as_an_upload_stays(driver: TypeDriver) -> None:
    driver.register_approved("one")
    first = driver.wait_until_shows("one")
    assert first is not None
    driver.register_approved("two")
    driver.wait_until_shows("two")
    source = {"Bucket": driver.production, "Key": first.key, "VersionId": first.version_id}
    key = f"{driver.type}/again.zip"
    driver.s3.copy_object(Bucket=driver.production, Key=key, CopySource=source)
    driver.wait_until_shows("one")
    driver.register_approved("three")
    driver.wait_until_shows("three")


def test_a_large_artifact_is_copied_in_parts(driver: TypeDriver, copied_in_parts: None) -> None:
    del copied_in_parts
    text = "ONNX" * 1_000_000  # stored as it is, twice: 8 MB, of which a part takes 5
    driver.register_approved(text)
    shown = driver.wait_until_shows(text)
    assert shown is not None
    head = driver.s3.head_object(Bucket=driver.production, Key=shown.key)
    assert head["ETag"].endswith('-2"')
    assert head["Metadata"]["sha256"] == hashlib.sha256(shown.body).hexdigest()
    assert "Uploads" not in driver.s3.list_multipart_uploads(Bucket=driver.production)
