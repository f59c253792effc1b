"""What a backup saved serves again in a stack that lost it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.stack.stack_driver import TypeDriver, make_zip
from tooling.backup import backup
from tooling.backup_manifest import BackupError
from tooling.cloud import Cloud
from tooling.restore import restore


@pytest.fixture
def cloud(driver: TypeDriver) -> Cloud:
    return Cloud(driver.stack.cloud.environment())


def test_approved_versions_come_back_in_their_order(
    driver: TypeDriver, cloud: Cloud, tmp_path: Path
) -> None:
    approved = [driver.register_approved("first"), driver.register_approved("second")]
    driver.register("never approved")
    driver.wait_until_shows("second")
    saved = backup(cloud, driver.stack.outputs, tmp_path / "saved", print)
    versions = [model.version for model in saved.models if model.model_type == driver.type]
    assert sorted(versions) == [int(arn.rsplit("/", 1)[1]) for arn in approved]
    driver.reset()

    restore(cloud, driver.stack.outputs, tmp_path / "saved", print)
    driver.wait_until_shows("second")
    restore(cloud, driver.stack.outputs, tmp_path / "saved", print)
    listed = driver.sagemaker.list_model_packages(ModelPackageGroupName=driver.group)
    assert len(listed["ModelPackageSummaryList"]) == 2, "restoring twice registers nothing twice"


def test_a_newer_upload_by_hand_wins_again(
    driver: TypeDriver, cloud: Cloud, tmp_path: Path
) -> None:
    driver.register_approved("approved")
    driver.wait_until_shows("approved")
    driver.wait_until_idle()
    driver.upload_by_hand("mine.zip", "by hand")
    driver.wait_until_shows("by hand")
    backup(cloud, driver.stack.outputs, tmp_path / "saved", print)
    driver.reset()

    restore(cloud, driver.stack.outputs, tmp_path / "saved", print)
    shown = driver.wait_until_shows("by hand")
    assert shown is not None
    assert shown.key == f"{driver.type}/mine.zip"


def test_a_damaged_backup_restores_nothing(
    driver: TypeDriver, cloud: Cloud, tmp_path: Path
) -> None:
    driver.register_approved("sound")
    saved = backup(cloud, driver.stack.outputs, tmp_path / "saved", print)
    (model,) = (model for model in saved.models if model.model_type == driver.type)
    (tmp_path / "saved" / model.file.path).write_bytes(make_zip("altered"))
    driver.reset()
    with pytest.raises(BackupError, match="missing or damaged"):
        restore(cloud, driver.stack.outputs, tmp_path / "saved", print)
    with pytest.raises(BackupError, match="holds a backup already"):
        backup(cloud, driver.stack.outputs, tmp_path / "saved", print)
    with pytest.raises(BackupError, match=r"backup\.json is missing"):
        restore(cloud, driver.stack.outputs, tmp_path, print)
