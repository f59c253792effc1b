"""A backup holds what was registered, and only what was saved comes back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.fakes.model_zips import model_zip
from tests.fakes.promotion_world import GROUP, OUTPUT, PRODUCTION, TYPE, World
from vis_assis.backup.manifest import Manifest, SavedFile, SavedUpload, sha256_of
from vis_assis.backup.save import backup
from vis_assis.errors import CommandError


class Downloading:
    """The S3 client of a world, with boto3's managed download."""

    def __init__(self, world: World) -> None:
        self._s3 = world.s3

    def __getattr__(self, name: str) -> Any:
        return getattr(self._s3, name)

    def download_file(self, bucket: str, key: str, path: str) -> None:
        Path(path).write_bytes(self._s3.get_object(Bucket=bucket, Key=key)["Body"].read())


class Account:
    """What `backup` asks for clients."""

    def __init__(self, world: World) -> None:
        self._clients = {"s3": Downloading(world), "sagemaker": world.registry}

    def client(self, service: str) -> Any:
        return self._clients[service]


def test_an_artifact_that_is_not_what_was_registered_stops_the_backup(tmp_path: Path) -> None:
    world = World()
    world.approve(world.register())
    key = f"pipelines/{TYPE}/run-1/model.zip"
    world.s3.put_object(Bucket=OUTPUT, Key=key, Body=model_zip(b"swapped"))
    outputs = {"model_package_group_names": {TYPE: GROUP}, "production_bucket": PRODUCTION}
    account: Any = Account(world)
    with pytest.raises(CommandError, match=f"{key} is not what .* registered"):
        backup(account, outputs, tmp_path, lambda line: None)
    with pytest.raises(CommandError, match="no complete backup"):
        Manifest.read(tmp_path)


def saved(folder: Path) -> Manifest:
    """A backup of one upload."""
    file = folder / "uploads" / "model.zip"
    file.parent.mkdir()
    file.write_bytes(b"saved")
    entry = SavedFile(path="uploads/model.zip", sha256=sha256_of(file), bytes=5)
    Manifest(uploads=[SavedUpload(model_type=TYPE, file=entry)]).write(folder)
    return Manifest.read(folder)


@pytest.mark.parametrize("content", [b"other", None])
def test_a_file_that_is_missing_or_other_is_not_restored(
    tmp_path: Path, content: bytes | None
) -> None:
    manifest = saved(tmp_path)
    manifest.check_files(tmp_path)
    file = manifest.uploads[0].file.below(tmp_path)
    file.unlink() if content is None else file.write_bytes(content)
    with pytest.raises(CommandError, match="missing or damaged: nothing is restored"):
        manifest.check_files(tmp_path)


@pytest.mark.parametrize("path", ["../model.zip", "uploads/../../model.zip", "/model.zip"])
def test_a_file_outside_of_the_backup_is_refused(tmp_path: Path, path: str) -> None:
    saved(tmp_path)
    manifest = tmp_path / "backup.json"
    manifest.write_text(manifest.read_text().replace("uploads/model.zip", path))
    with pytest.raises(CommandError, match="leads out of the backup's folder"):
        Manifest.read(tmp_path)
