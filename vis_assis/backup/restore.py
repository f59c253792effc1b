"""`make restore`: brings a backup's models and releases into a deployed stack."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from common.model_index import Model
from common.s3_copy import Destination, copy_pinned
from common.s3_multipart import PART_BYTES
from common.s3_source import pin
from update_endpoint.names import release_id_of_parts, release_key
from update_endpoint.release import CHECKSUM
from update_endpoint.settings import STAGING
from vis_assis.aws import navigation
from vis_assis.aws.cloud import Cloud, is_not_found
from vis_assis.aws.registry import Version
from vis_assis.backup.manifest import Manifest, SavedRelease, SavedUpload
from vis_assis.backup.restore_versions import Versions
from vis_assis.backup.save import UPLOADS
from vis_assis.errors import CommandError
from vis_assis.journeys import edge_path

Report = Callable[[str], None]
# Promotion compares times by the second, and an approval wins over an upload of the same one.
SECONDS_AFTER_APPROVALS = 2
CHUNK_BYTES = 1 << 20


def restore(cloud: Cloud, outputs: Mapping[str, Any], folder: Path, report: Report) -> Manifest:
    """Makes production show what it showed when the backup was made.

    The saved versions are registered and approved in their order, below whatever they are to win
    over. What is there already, with these bytes and at such a place, is left alone: running it
    twice is harmless.

    Args:
        cloud: the account.
        outputs: the stack's.
        folder: a complete backup.
        report: told of what is restored.

    Raises:
        CommandError: when the backup is damaged, or knows a model that the stack does not.
    """
    manifest = Manifest.read(folder)
    groups = outputs["model_package_group_names"]
    types = {saved.model_type for saved in manifest.models}
    unknown = (types | {saved.model_type for saved in manifest.uploads}) - set(groups)
    if unknown:
        raise CommandError(f"the stack has no model {', '.join(sorted(unknown))}: see models.yaml")
    manifest.check_files(folder)
    versions = Versions(cloud, outputs["output_bucket"], folder, report)
    restoring = _Restoring(cloud, outputs, folder, report)
    by_hand = {upload.model_type for upload in manifest.uploads}
    for type_ in sorted(types):
        saved = [model for model in manifest.models if model.model_type == type_]
        must_win = type_ not in by_hand and restoring.by_hand(type_) is not None
        versions.register(saved, groups[type_], anew=must_win)
    if manifest.uploads:
        time.sleep(SECONDS_AFTER_APPROVALS)
    for upload in manifest.uploads:
        restoring.upload(upload, versions.approved(groups[upload.model_type]))
    restoring.releases(manifest.releases)
    return manifest


class _Restoring:
    def __init__(
        self, cloud: Cloud, outputs: Mapping[str, Any], folder: Path, report: Report
    ) -> None:
        self._s3 = cloud.client("s3")
        self._outputs, self._folder, self._report = outputs, folder, report

    def upload(self, saved: SavedUpload, approved: list[Version]) -> None:
        """Puts an upload by hand on top of all that is approved, under the key that it had."""
        file = saved.file.below(self._folder)
        bucket, key = self._outputs["production_bucket"], saved.file.path.removeprefix(UPLOADS)
        shown = self.by_hand(saved.model_type)
        if (
            shown is not None
            and (shown.uploaded_key, shown.sha256) == (key, saved.file.sha256)
            and all(v.changed < datetime.fromisoformat(shown.since) for v in approved)
        ):
            self._report(f"{key} is there already")
            return
        self._s3.upload_file(str(file), bucket, key)
        self._report(f"{key} is in production")

    def by_hand(self, model_type: str) -> Model | None:
        """The upload by hand that is served, if one is."""
        model = edge_path.served(self._s3, self._outputs["production_bucket"], model_type)
        return model if model is not None and model.origin == "upload" else None

    def releases(self, saved: list[SavedRelease]) -> None:
        """Archives come back under the id of their bytes."""
        bucket = self._outputs["navigation_upload_bucket"]
        for release in saved:
            file, id_ = release.file.below(self._folder), release.release
            if release_id_of_parts(_digests(file)) != id_:
                raise CommandError(f"{file.name} of release {id_} is not what that id stands for")
            if not self._exists(bucket, release_key(id_)):
                self._release(file, bucket, id_)
                self._report(f"release {id_} is there again")
        for release in saved:
            if release.is_served and not self._is_served(bucket, release.release):
                navigation.rollback(self._s3, bucket, release.release)
                self._report(f"release {release.release} is being deployed")

    def _release(self, file: Path, bucket: str, release: str) -> None:
        """Uploads a release; S3 computes on a copy the checksum that the id is made of."""
        staged = f"{STAGING}restored-{release}"
        self._s3.upload_file(str(file), bucket, staged)
        source = pin(self._s3, bucket, staged)
        copy_pinned(
            self._s3, source, Destination(bucket, release_key(release), tags={}, checksum=CHECKSUM)
        )
        self._s3.delete_object(Bucket=bucket, Key=staged)

    def _is_served(self, bucket: str, release: str) -> bool:
        states = {entry.release: entry.state for entry in navigation.status(self._s3, bucket)}
        return states.get(release) in {"serving", "applying", "accepted"}

    def _exists(self, bucket: str, key: str) -> bool:
        try:
            self._s3.head_object(Bucket=bucket, Key=key)
        except ClientError as error:
            if is_not_found(error):
                return False
            raise
        return True


def _digests(file: Path) -> Iterator[bytes]:
    """SHA-256 of every part that S3 would copy the file in."""
    left = file.stat().st_size
    with file.open("rb") as opened:
        while left:
            digest, part = hashlib.sha256(), min(left, PART_BYTES)
            left -= part
            while part:
                chunk = opened.read(min(part, CHUNK_BYTES))
                digest.update(chunk)
                part -= len(chunk)
            yield digest.digest()
