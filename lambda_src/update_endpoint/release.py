"""Turns the current upload into a release: an immutable, content-addressed copy in the bucket."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import IO, Any, cast

from botocore.exceptions import ClientError

from common.aws_errors import is_missing
from common.s3_copy import Destination, copy_pinned
from common.s3_source import S3Source
from update_endpoint import configs, names
from update_endpoint.errors import ArchiveRefused, ReleaseMismatch
from update_endpoint.inspect_archive import inspect
from update_endpoint.ranged_reader import RangedReader
from update_endpoint.record import REFUSED, Entry, Record
from update_endpoint.settings import STAGING, UPLOAD_KEY, Settings
from update_endpoint.state import Deployment, Upload

CHECKSUM = "CRC64NVME"
RULES = "2"
"""Counts up when the inspection itself changes, so that refused uploads are judged anew."""


def wanted(
    s3: Any, settings: Settings, record: Record, clock: Callable[[], datetime]
) -> Deployment | Entry | None:
    """The current upload as a deployment, its refusal, or None when there is no upload.

    The release's copy exists when a deployment is returned. Nothing is made for a refused upload.

    Errors: `ReleaseMismatch`, `CopyError`, `ConflictError`, ClientError.
    """
    upload = look(s3, settings.bucket, UPLOAD_KEY)
    if upload is None:
        return None
    rules = f"{RULES}/{settings.max_unpacked_bytes}/{settings.inspection_seconds}"
    if refusal := record.refusal(upload.version_id, rules):
        return refusal
    release = record.release_of_version(upload.version_id)
    if not release and upload.crc64nvme:
        release = names.release_id(upload.crc64nvme, upload.size)
    if not (release and _exists(s3, settings, release)):
        source = _source(settings, UPLOAD_KEY, upload)
        reader = RangedReader(s3, source, clock=clock, seconds=settings.inspection_seconds)
        try:
            inspect(cast(IO[bytes], reader), settings.max_unpacked_bytes)
        except ArchiveRefused as exc:
            return Entry(
                release, REFUSED, upload.version_id, upload.size, reason=str(exc), rules=rules
            )
        release = _make(s3, settings, upload, source)
    return configs.deployment(settings, release, upload.version_id, upload.size)


def look(s3: Any, bucket: str, key: str) -> Upload | None:
    """The current object at a key with its full-object checksum, None when there is none."""
    try:
        head = s3.head_object(Bucket=bucket, Key=key, ChecksumMode="ENABLED")
    except ClientError as exc:
        if is_missing(exc):
            return None
        raise
    encoded = head.get("ChecksumCRC64NVME", "")
    return Upload(
        version_id=head["VersionId"],
        etag=head["ETag"],
        size=head["ContentLength"],
        uploaded_at=head["LastModified"],
        crc64nvme=names.checksum_hex(encoded) if encoded else "",
    )


def _source(settings: Settings, key: str, found: Upload) -> S3Source:
    return S3Source(settings.bucket, key, found.version_id, found.etag, found.size)


def _exists(s3: Any, settings: Settings, release: str) -> bool:
    found = look(s3, settings.bucket, names.release_key(release))
    if found is not None and names.release_id(found.crc64nvme, found.size) != release:
        raise ReleaseMismatch(
            f"s3://{settings.bucket}/{names.release_key(release)} has checksum "
            f"{found.crc64nvme or 'none'} and {found.size} bytes: delete it to have it made anew"
        )
    return found is not None


def _make(s3: Any, settings: Settings, upload: Upload, source: S3Source) -> str:
    """Id of the release after copying; S3 computes a missing checksum on the way."""
    if upload.crc64nvme:
        release = names.release_id(upload.crc64nvme, upload.size)
        _copy(s3, settings, source, names.release_key(release), release)
    else:
        key = f"{STAGING}{hashlib.sha256(upload.version_id.encode()).hexdigest()[:16]}"
        staged = look(s3, settings.bucket, key)
        if staged is None:
            _copy(s3, settings, source, key, "")
            staged = look(s3, settings.bucket, key)
        if staged is None or not staged.crc64nvme:
            raise ReleaseMismatch(
                f"s3://{settings.bucket}/{key} came without a {CHECKSUM} checksum: delete it"
            )
        release = names.release_id(staged.crc64nvme, staged.size)
        if not _exists(s3, settings, release):
            origin = _source(settings, key, staged)
            _copy(s3, settings, origin, names.release_key(release), release)
        s3.delete_object(Bucket=settings.bucket, Key=key, VersionId=staged.version_id)
    if not _exists(s3, settings, release):
        raise ReleaseMismatch(f"release {release} was removed while it was being made")
    return release


def _copy(s3: Any, settings: Settings, source: S3Source, key: str, release: str) -> None:
    tags = {"Stack": settings.stack, **({"ReleaseId": release} if release else {})}
    copy_pinned(s3, source, Destination(settings.bucket, key, tags=tags, checksum=CHECKSUM))
