"""Turns the current upload into a release: an immutable, content-addressed copy in the bucket."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from common.s3_copy import Destination, copy_pinned
from common.s3_source import S3Source, find
from update_endpoint import configs, names
from update_endpoint.entry import REFUSED, Entry
from update_endpoint.errors import ArchiveRefused, ReleaseMismatch
from update_endpoint.inspect_archive import inspect
from update_endpoint.ranged_reader import RangedReader
from update_endpoint.record import Record
from update_endpoint.settings import STAGING, UPLOAD_KEY, Settings
from update_endpoint.state import Deployment

CHECKSUM = "SHA256"
MAX_UNPACKED_BYTES = 64 << 30
INSPECTION_SECONDS = 600
RULES = "3"
"""Counts up when the inspection itself changes, so that refused uploads are checked again."""


def wanted(
    s3: Any, settings: Settings, record: Record, clock: Callable[[], datetime]
) -> Deployment | Entry | None:
    """The current upload as a deployment, its refusal, or None when there is no upload.

    The release's copy exists when a deployment is returned. Nothing is made for a refused upload.

    Errors: `ReleaseMismatch`, `CopyError`, `ConflictError`, ClientError.
    """
    upload = find(s3, settings.bucket, UPLOAD_KEY)
    if upload is None:
        return None
    # Neither does the id stand for these, nor may SageMaker's download undo an encoding.
    upload = replace(upload, metadata={}, headers={})
    version_id = str(upload.version_id)
    if refusal := record.refusal(version_id, RULES):
        return refusal
    release = record.release_of_version(version_id)
    if not (release and _exists(s3, settings, release)):
        reader = RangedReader(s3, upload, clock=clock, seconds=INSPECTION_SECONDS)
        try:
            inspect(reader, MAX_UNPACKED_BYTES, settings.hosting.program())
        except ArchiveRefused as exc:
            return Entry(release, REFUSED, version_id, upload.size, reason=str(exc), rules=RULES)
        release = _make(s3, settings, upload)
    return configs.deployment(settings, release, version_id, upload.size)


def _exists(s3: Any, settings: Settings, release: str) -> bool:
    found = find(s3, settings.bucket, names.release_key(release), checksum=True)
    if found is not None and not names.is_of_object(release, found.sha256):
        raise ReleaseMismatch(
            f"{found.uri} does not hold the bytes that its id stands for: "
            "delete it to have it written again"
        )
    return found is not None


def _make(s3: Any, settings: Settings, upload: S3Source) -> str:
    """Id of the release after copying: S3 computes the checksum that it is made of on the way.

    The key of the release follows from that checksum, so the first copy goes elsewhere.
    """
    key = f"{STAGING}{hashlib.sha256(str(upload.version_id).encode()).hexdigest()[:32]}"
    staged = find(s3, settings.bucket, key, checksum=True)
    if staged is None:
        _copy(s3, settings, upload, key, "")
        staged = find(s3, settings.bucket, key, checksum=True)
    if staged is None or not staged.sha256:
        raise ReleaseMismatch(
            f"s3://{settings.bucket}/{key} came without a {CHECKSUM} checksum: delete it"
        )
    release = names.release_id(staged.sha256)
    if not _exists(s3, settings, release):
        _copy(s3, settings, staged, names.release_key(release), release)
    s3.delete_object(Bucket=settings.bucket, Key=key, VersionId=staged.version_id)
    if not _exists(s3, settings, release):
        raise ReleaseMismatch(f"release {release} was removed while it was being made")
    return release


def _copy(s3: Any, settings: Settings, source: S3Source, key: str, release: str) -> None:
    tags = {"Stack": settings.stack, **({"ReleaseId": release} if release else {})}
    copy_pinned(s3, source, Destination(settings.bucket, key, tags=tags, checksum=CHECKSUM))
