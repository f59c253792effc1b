"""Server-side copy of a pinned S3 object: whole, with metadata and tags, or not at all.

boto3's managed copy tags a multipart destination after completing it. A crash in between would
leave an object without tags, which reads as a manual upload; here the tags go in with the upload.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from botocore.exceptions import ClientError

from common.aws_errors import is_conflict, is_missing
from common.errors import ConflictError, CopyError
from common.s3_multipart import PART_BYTES, PartPlan, copy_parts
from common.s3_source import S3Source, pin

GIB = 1 << 30
MULTIPART_THRESHOLD_BYTES = 5 * GIB
"""CopyObject takes at most this much (AWS documents 5 GB, counted in binary units)."""


@dataclass(frozen=True)
class Destination:
    """Where a copy goes and what it must find there.

    Parameters:
        replaces: ETag of the object that the copy may overwrite; None = the key must be free.
        metadata: added to the source's user metadata.
        tags: the copy's tags.
        checksum: algorithm by which S3 computes a checksum of every part of the copy and one over
            those, for example SHA256. The copy is then made in parts whatever its size, so that
            the same bytes always have the same one; None leaves the checksum to S3.
    """

    bucket: str
    key: str
    replaces: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    checksum: str | None = None

    def condition(self) -> dict[str, str]:
        return {"IfMatch": self.replaces} if self.replaces else {"IfNoneMatch": "*"}


def copy_pinned(
    s3: Any,
    source: S3Source,
    destination: Destination,
    *,
    multipart_threshold: int = MULTIPART_THRESHOLD_BYTES,
    parts: PartPlan | None = None,
) -> S3Source:
    """The copy, pinned, after its size was checked.

    Parameters:
        multipart_threshold: bytes above which parts are copied in parallel.
        parts: part size and threads of a multipart copy; by default no part is larger than the
            threshold.

    Errors: `ConflictError` when source or destination changed meanwhile, `CopyError` when the copy
    has another size (it is removed again), botocore's ClientError for the rest.
    """
    attributes = _attributes(source, destination)
    try:
        if source.size <= multipart_threshold and destination.checksum is None:
            response = s3.copy_object(
                Bucket=destination.bucket,
                Key=destination.key,
                CopySource=source.copy_source(),
                CopySourceIfMatch=source.etag,
                MetadataDirective="REPLACE",
                TaggingDirective="REPLACE",
                **destination.condition(),
                **attributes,
            )
        else:
            response = copy_parts(
                s3,
                source,
                destination.bucket,
                destination.key,
                condition=destination.condition(),
                attributes=attributes,
                plan=parts or PartPlan(part_bytes=min(PART_BYTES, multipart_threshold)),
            )
    except ClientError as exc:
        # If-Match on a key that has vanished is answered with 404, not 412.
        if is_conflict(exc) or is_missing(exc):
            raise ConflictError(
                f"s3://{destination.bucket}/{destination.key} or {source.uri} changed during the "
                "copy; trying again reads the new state"
            ) from exc
        raise
    return _checked(s3, source, destination, response.get("VersionId"))


def _attributes(source: S3Source, destination: Destination) -> dict[str, Any]:
    attributes: dict[str, Any] = dict(source.headers)
    attributes["Metadata"] = {**source.metadata, **destination.metadata}
    if destination.tags:
        attributes["Tagging"] = urlencode(destination.tags)
    if destination.checksum:
        attributes["ChecksumAlgorithm"] = destination.checksum
    return attributes


def _checked(
    s3: Any, source: S3Source, destination: Destination, version_id: str | None
) -> S3Source:
    copy = pin(s3, destination.bucket, destination.key)
    if version_id and copy.version_id != version_id:
        raise ConflictError(f"{copy.uri} was replaced while it was being copied")
    if copy.size != source.size:
        s3.delete_object(Bucket=copy.bucket, Key=copy.key, **copy.version_arguments())
        raise CopyError(
            f"{copy.uri} has {copy.size} bytes after the copy, {source.uri} has {source.size}; "
            "the copy was removed"
        )
    return copy
