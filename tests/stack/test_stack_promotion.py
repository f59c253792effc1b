"""The promotion cases on the deployed stack: real rules, queue, function, buckets, permissions."""

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


def test_a_late_approval_of_v2_never_displaces_v3(driver: TypeDriver) -> None:
    driver.register("one")
    second = driver.register("two")
    driver.register_approved("three")
    before = driver.wait_until_shows("three")
    driver.approve(second)
    driver.wait_until_idle()
    assert driver.shown() == before


def test_rejecting_v3_brings_back_v2_and_then_nothing(driver: TypeDriver) -> None:
    second = driver.register_approved("two")
    driver.wait_until_shows("two")
    third = driver.register_approved("three")
    driver.wait_until_shows("three")
    driver.reject(third)
    driver.wait_until_shows("two")
    driver.reject(second)
    driver.wait_until_shows(None)


def test_back_to_pending_withdraws(driver: TypeDriver) -> None:
    arn = driver.register_approved("one")
    driver.wait_until_shows("one")
    edge_path.set_approval(driver.sagemaker, arn, "PendingManualApproval")
    driver.wait_until_shows(None)


def test_duplicates_and_metadata_edits_change_nothing(driver: TypeDriver) -> None:
    arn = driver.register_approved("one")
    before = driver.wait_until_shows("one")
    event = json.dumps(driver.event_of(arn))
    driver.send(event)
    driver.send(event)
    driver.sagemaker.update_model_package(
        ModelPackageArn=arn, CustomerMetadataProperties={"note": "checked by hand"}
    )
    driver.wait_until_idle()
    assert driver.shown() == before


def test_a_late_event_of_a_former_state_changes_nothing(driver: TypeDriver) -> None:
    first = driver.register_approved("one")
    driver.wait_until_shows("one")
    late = json.dumps(driver.event_of(first))
    driver.register_approved("two")
    before = driver.wait_until_shows("two")
    driver.send(late)
    driver.wait_until_idle()
    assert driver.shown() == before


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


def test_a_manual_upload_over_the_promoted_key_stays_too(driver: TypeDriver) -> None:
    first = driver.register_approved("one")
    driver.wait_until_shows("one")
    driver.upload_by_hand("model.zip", "by hand")
    driver.send(json.dumps(driver.event_of(first)))
    driver.wait_until_idle()
    driver.wait_until_shows("by hand")


def test_the_sweep_finds_what_no_event_told(driver: TypeDriver) -> None:
    """Deleting a version emits no event, so only the schedule can notice."""
    driver.register_approved("one")
    driver.wait_until_shows("one")
    second = driver.register_approved("two")
    driver.wait_until_shows("two")
    driver.sagemaker.delete_model_package(ModelPackageName=second)
    driver.wait_until_shows("one", seconds=90)


@pytest.mark.parametrize("name", ["by-hand.zip", "model.zip"])
def test_an_upload_in_parts_wins_although_it_began_before_the_approval(
    driver: TypeDriver, name: str
) -> None:
    finish = driver.begin_upload_in_parts(name, "by hand")
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


def test_a_rejection_brings_back_the_upload_that_was_served_before(driver: TypeDriver) -> None:
    driver.upload_by_hand("mine.zip", "by hand")
    driver.wait_until_shows("by hand")
    arn = driver.register_approved("one")
    driver.wait_until_shows("one")
    driver.reject(arn)
    driver.wait_until_shows("by hand")


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
