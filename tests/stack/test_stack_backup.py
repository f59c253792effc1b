"""What a backup saved serves again in a stack that lost it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tests.stack.stack_driver import TypeDriver, make_zip
from vis_assis.aws.cloud import Cloud
from vis_assis.backup.restore import restore
from vis_assis.backup.save import backup
from vis_assis.errors import CommandError
from vis_assis.journeys import edge_path


@pytest.fixture
def cloud(driver: TypeDriver) -> Cloud:
    return Cloud(driver.stack.cloud.environment())


def approved_texts(driver: TypeDriver) -> list[str]:
    """What the approved versions hold, the lowest first."""
    listed = driver.sagemaker.list_model_packages(
        ModelPackageGroupName=driver.group, ModelApprovalStatus="Approved"
    )["ModelPackageSummaryList"]
    texts = {hashlib.sha256(make_zip(text)).hexdigest(): text for text in ("first", "second")}
    described = (
        driver.sagemaker.describe_model_package(ModelPackageName=summary["ModelPackageArn"])
        for summary in sorted(listed, key=lambda summary: summary["ModelPackageVersion"])
    )
    return [texts[package["CustomerMetadataProperties"]["zip_sha256"]] for package in described]


def uploaded_key(driver: TypeDriver) -> str | None:
    """Key of the upload that is served."""
    model = edge_path.served(driver.s3, driver.production, driver.type)
    return model.uploaded_key if model else None


def test_approved_versions_come_back_in_their_order(
    driver: TypeDriver, cloud: Cloud, tmp_path: Path
) -> None:
    texts = ["first", "second", "first"]
    approved = [driver.register_approved(text) for text in texts]
    driver.register("never approved")
    driver.wait_until_idle()
    driver.wait_until_shows("first")
    saved = backup(cloud, driver.stack.outputs, tmp_path / "saved", print)
    versions = [model.version for model in saved.models if model.model_type == driver.type]
    assert sorted(versions) == [int(arn.rsplit("/", 1)[1]) for arn in approved]
    driver.reset()

    for _ in range(2):
        restore(cloud, driver.stack.outputs, tmp_path / "saved", print)
        driver.wait_until_idle()
        driver.wait_until_shows("first")
        assert approved_texts(driver) == texts, "restoring twice registers nothing twice"


def test_a_newer_upload_by_hand_wins_again_under_its_key(
    driver: TypeDriver, cloud: Cloud, tmp_path: Path
) -> None:
    driver.register_approved("approved")
    driver.wait_until_shows("approved")
    driver.wait_until_idle()
    driver.upload_by_hand("sub/mine.zip", "by hand")
    driver.wait_until_shows("by hand")
    backup(cloud, driver.stack.outputs, tmp_path / "saved", print)
    driver.reset()

    restore(cloud, driver.stack.outputs, tmp_path / "saved", print)
    shown = driver.wait_until_shows("by hand")
    assert shown is not None
    assert uploaded_key(driver) == f"{driver.type}/sub/mine.zip"


def test_what_came_after_the_backup_loses_against_it(
    driver: TypeDriver, cloud: Cloud, tmp_path: Path
) -> None:
    driver.register_approved("saved")
    driver.wait_until_shows("saved")
    backup(cloud, driver.stack.outputs, tmp_path / "saved", print)
    driver.register_approved("later")
    driver.wait_until_shows("later")
    restore(cloud, driver.stack.outputs, tmp_path / "saved", print)
    driver.wait_until_shows("saved")
    driver.upload_by_hand("other.zip", "by hand, later")
    driver.wait_until_shows("by hand, later")
    restore(cloud, driver.stack.outputs, tmp_path / "saved", print)
    driver.wait_until_shows("saved")


def test_an_upload_under_the_name_of_the_artifact_wins_again(
    driver: TypeDriver, cloud: Cloud, tmp_path: Path
) -> None:
    driver.register_approved("approved")
    driver.wait_until_shows("approved")
    driver.wait_until_idle()
    driver.upload_by_hand("model.zip", "by hand")
    driver.wait_until_idle()
    backup(cloud, driver.stack.outputs, tmp_path / "saved", print)
    driver.reset()

    driver.register_approved("approved")
    driver.wait_until_shows("approved")
    for _ in range(2):
        restore(cloud, driver.stack.outputs, tmp_path / "saved", print)
        driver.wait_until_idle()
        shown = driver.wait_until_shows("by hand")
        assert shown is not None
        assert (uploaded_key(driver), shown.package_arn) == (f"{driver.type}/model.zip", None)


def test_a_damaged_backup_restores_nothing(
    driver: TypeDriver, cloud: Cloud, tmp_path: Path
) -> None:
    driver.register_approved("sound")
    saved = backup(cloud, driver.stack.outputs, tmp_path / "saved", print)
    (model,) = (model for model in saved.models if model.model_type == driver.type)
    (tmp_path / "saved" / model.file.path).write_bytes(make_zip("altered"))
    driver.reset()
    with pytest.raises(CommandError, match="missing or damaged"):
        restore(cloud, driver.stack.outputs, tmp_path / "saved", print)
    with pytest.raises(CommandError, match="holds a backup already"):
        backup(cloud, driver.stack.outputs, tmp_path / "saved", print)
    with pytest.raises(CommandError, match=r"backup\.json is missing"):
        restore(cloud, driver.stack.outputs, tmp_path, print)
