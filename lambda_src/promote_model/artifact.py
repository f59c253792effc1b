"""Proves that a release candidate is readable, whole, and what was registered."""

from __future__ import annotations

from typing import Any, NoReturn

from botocore.exceptions import ClientError

from common.aws_errors import code, is_conflict, is_denied, is_missing
from common.errors import ConflictError
from common.ranged_file import RangedFile, ReadTooLarge, SeekOutside
from common.s3_source import S3Source, pin, sha256_of
from promote_model.errors import ArtifactDenied, ArtifactMismatch, ArtifactMissing, Refused
from promote_model.state import Package, Upload
from promote_model.zip_check import LARGEST_DIRECTORY, Packed, check

ARCHIVED = "InvalidObjectState"
UNDECIPHERED = {"400", "InvalidRequest"}
"""Answers to HEAD and GET without the key of an uploader who encrypted with their own."""


def verify(s3: Any, package: Package) -> tuple[S3Source, str]:
    """The artifact, pinned to one version, and that version's SHA-256 (lower-case hex).

    Raises:
        ArtifactMissing: when there is none.
        ArtifactDenied: when it may not be read.
        ArtifactMismatch: when it is not what was registered.
    """
    try:
        source = pin(s3, package.bucket, package.key)
        if package.size is not None and package.size != source.size:
            raise ArtifactMismatch(
                f"{package.arn}: {package.uri} has {source.size} bytes, registered were "
                f"{package.size}: reject the version, or restore the artifact"
            )
        sha256 = sha256_of(s3, source)
    except ClientError as exc:
        _explain(exc, package)
    if package.sha256 is not None and package.sha256 != sha256:
        raise ArtifactMismatch(
            f"{package.arn}: {package.uri} has sha256 {sha256}, registered was {package.sha256}: "
            "reject the version, or restore the artifact"
        )
    return source, sha256


def read_upload(s3: Any, bucket: str, upload: Upload) -> tuple[S3Source, str, list[Packed]]:
    """The upload, its SHA-256 and what it holds.

    Raises:
        Refused: when it cannot be read, or is no zip with a model.
    """
    try:
        source = pin(s3, bucket, upload.key, upload.version_id)
        packed = look_into(s3, source)
        return source, sha256_of(s3, source), packed
    except ClientError as exc:
        if is_missing(exc):
            raise Refused("it is gone", may_change=True) from exc
        reason = withheld(exc)
        if reason is not None:
            raise Refused(reason, may_change=True) from exc
        if is_conflict(exc):
            raise ConflictError(f"{upload.key} changed while it was read") from exc
        raise


def withheld(error: ClientError) -> str | None:
    """Why S3 does not give out an object that is there; None for any other fault."""
    name = code(error)
    if name == ARCHIVED:
        return "it is in an archive: restore it, or upload it in the class STANDARD"
    if is_denied(error):
        return "reading it is denied: look at its encryption and the bucket's policy"
    if name in UNDECIPHERED or name.startswith("KMS."):
        return f"S3 cannot decrypt it ({name}): upload it with the bucket's own encryption"
    return None


def look_into(s3: Any, source: S3Source) -> list[Packed]:
    """What an object holds that is a whole zip with a model.

    Raises:
        Refused: with the reason.
    """
    file = RangedFile(s3, source, largest_read=LARGEST_DIRECTORY)
    try:
        return check(file, source.size)
    except ReadTooLarge as exc:
        raise Refused(f"its directory is too large: {exc}") from exc
    except SeekOutside as exc:
        raise Refused(f"it is no whole zip: {exc}") from exc


def _explain(error: ClientError, package: Package) -> NoReturn:
    if is_missing(error):
        raise ArtifactMissing(
            f"{package.arn}: nothing at {package.uri}: reject the version, or restore the artifact"
        ) from error
    if is_denied(error):
        raise ArtifactDenied(
            f"{package.arn}: reading {package.uri} is denied: grant the function "
            "s3:GetObject and s3:GetObjectVersion there"
        ) from error
    reason = withheld(error)
    if reason is not None:
        raise ArtifactDenied(f"{package.arn}: {package.uri}: {reason}") from error
    if is_conflict(error):
        raise ConflictError(f"{package.uri} changed while it was read") from error
    raise error
