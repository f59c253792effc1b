"""Puts models into the production bucket and takes superseded ones out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from botocore.exceptions import ClientError

from common.aws_errors import is_conflict, is_missing
from common.s3_copy import Destination, copy_pinned
from common.s3_source import S3Source, find
from promote_model.state import Approval, Candidate
from promote_model.uploads import SERVED, Listed

ARN_TAG = "model-package-arn"
VERSION_TAG = "model-package-version"
SHA256_METADATA = "sha256"
_ID_DIGITS = 12


def served_key(model_type: str, candidate: Candidate, file_name: str, sha256: str) -> str:
    """Where a model is served: by content, and the file keeps its name, by which users know it."""
    origin = f"v{candidate.version}" if isinstance(candidate, Approval) else "upload"
    return f"{model_type}/{SERVED}{origin}-{sha256[:_ID_DIGITS]}/{file_name}"


def serve_copy(
    s3: Any,
    bucket: str,
    key: str,
    *,
    candidate: Candidate,
    source: S3Source,
    sha256: str,
    in_parts_above: int,
) -> S3Source:
    """The served copy; one that is there already, with these bytes, stays as it is.

    Args:
        candidate: a version's is written on the copy as tags, for people.
        sha256: of the pinned source, as it was verified.
        in_parts_above: bytes above which parts are copied in parallel.

    Raises:
        ConflictError: when source or destination changed meanwhile.
    """
    present = find(s3, bucket, key)
    if (
        present is not None
        and present.metadata.get(SHA256_METADATA) == sha256
        and present.size == source.size
    ):
        return present
    tags = {}
    if isinstance(candidate, Approval):
        tags = {ARN_TAG: candidate.arn, VERSION_TAG: str(candidate.version)}
    return copy_pinned(
        s3,
        source,
        Destination(
            bucket=bucket,
            key=key,
            replaces=present.etag if present else None,
            metadata={SHA256_METADATA: sha256},
            tags=tags,
        ),
        multipart_threshold=in_parts_above,
    )


def remove(s3: Any, bucket: str, items: Iterable[Listed]) -> list[str]:
    """Keys of the objects that were removed; the bucket keeps them as old versions for a while."""
    removed = []
    for item in items:
        try:
            s3.delete_object(Bucket=bucket, Key=item.key, IfMatch=item.etag)
        except ClientError as exc:
            # Another run was faster; the next one looks again.
            if not is_missing(exc) and not is_conflict(exc):
                raise
        else:
            removed.append(item.key)
    return removed
