"""Proves that a package's artifact is there and is what was registered."""

from __future__ import annotations

from typing import Any, NoReturn

from botocore.exceptions import ClientError

from common.aws_errors import is_conflict, is_denied, is_missing
from common.errors import ConflictError
from common.s3_source import S3Source, pin, sha256_of
from promote_model.errors import ArtifactDenied, ArtifactMismatch, ArtifactMissing
from promote_model.state import Package


def verify(s3: Any, package: Package) -> tuple[S3Source, str]:
    """The artifact, pinned to one version, and that version's SHA-256 (lower-case hex).

    Errors: `ArtifactMissing`, `ArtifactDenied`, `ArtifactMismatch`.
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
    if is_conflict(error):
        raise ConflictError(f"{package.uri} changed while it was read") from error
    raise error
