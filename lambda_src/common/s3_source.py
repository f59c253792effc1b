"""An S3 object pinned to the version that was looked at, and its verification."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from botocore.exceptions import ClientError

from common.aws_errors import is_missing
from common.errors import ConflictError

CHUNK_BYTES = 1 << 20
RANGE_BYTES = 8 << 20

_CARRIED_HEADERS = (
    "CacheControl",
    "ContentDisposition",
    "ContentEncoding",
    "ContentLanguage",
    "ContentType",
)


@dataclass(frozen=True)
class S3Source:
    """One version of one object.

    Parameters:
        version_id: None in a bucket without versions; the ETag pins it then.
        size: bytes.
        metadata: user metadata, lower-case keys.
        headers: content headers as CopyObject's parameters spell them.
        sha256: checksum over the parts' as S3 answers it; "" when it holds none or was not asked.
    """

    bucket: str
    key: str
    version_id: str | None
    etag: str
    size: int
    metadata: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    sha256: str = ""

    @property
    def uri(self) -> str:
        return f"s3://{self.bucket}/{self.key}"

    def version_arguments(self) -> dict[str, str]:
        """`VersionId` for calls on this version, where there is one."""
        return _version(self.version_id)

    def copy_source(self) -> dict[str, str]:
        """`CopySource` of CopyObject and UploadPartCopy."""
        return {"Bucket": self.bucket, "Key": self.key, **self.version_arguments()}


def pin(
    s3: Any, bucket: str, key: str, version_id: str | None = None, *, checksum: bool = False
) -> S3Source:
    """A version of the object, the current one unless named.

    Parameters:
        checksum: whether to ask for it.

    Errors: botocore's ClientError when it is missing or denied.
    """
    named = {"Bucket": bucket, "Key": key, **_version(version_id)}
    head = s3.head_object(**named, **({"ChecksumMode": "ENABLED"} if checksum else {}))
    return S3Source(
        bucket=bucket,
        key=key,
        version_id=head.get("VersionId"),
        etag=head["ETag"],
        size=head["ContentLength"],
        metadata=head.get("Metadata", {}),
        headers={name: head[name] for name in _CARRIED_HEADERS if head.get(name)},
        sha256=head.get("ChecksumSHA256", ""),
    )


def find(
    s3: Any, bucket: str, key: str, version_id: str | None = None, *, checksum: bool = False
) -> S3Source | None:
    """What `pin` gives; None when there is no such object."""
    try:
        return pin(s3, bucket, key, version_id, checksum=checksum)
    except ClientError as exc:
        if is_missing(exc):
            return None
        raise


def without_encoding(source: S3Source) -> S3Source:
    """The object without the header that makes whoever downloads it decode it."""
    headers = {name: value for name, value in source.headers.items() if name != "ContentEncoding"}
    return replace(source, headers=headers)


def read_range(s3: Any, source: S3Source, first: int, last: int) -> bytes:
    """The bytes from `first` to `last`, both included, of the pinned version.

    Errors: botocore's ClientError when it is missing, changed or denied.
    """
    answer = s3.get_object(
        Bucket=source.bucket,
        Key=source.key,
        Range=f"bytes={first}-{last}",
        IfMatch=source.etag,
        **source.version_arguments(),
    )
    return bytes(answer["Body"].read())


def read_ranges(s3: Any, source: S3Source, start: int, stop: int) -> Iterator[bytes]:
    """The bytes from `start` up to `stop`, in pieces of `RANGE_BYTES`.

    Errors: as `read_range`.
    """
    for first in range(start, stop, RANGE_BYTES):
        yield read_range(s3, source, first, min(first + RANGE_BYTES, stop) - 1)


def sha256_of(s3: Any, source: S3Source) -> str:
    """SHA-256 (lower-case hex) of the pinned version, streamed once.

    Errors: `ConflictError` when the bytes read are not as many as the pinned size.
    """
    digest, read = hashlib.sha256(), 0
    response = s3.get_object(
        Bucket=source.bucket, Key=source.key, IfMatch=source.etag, **source.version_arguments()
    )
    for chunk in response["Body"].iter_chunks(CHUNK_BYTES):
        digest.update(chunk)
        read += len(chunk)
    if read != source.size:
        raise ConflictError(f"{source.uri}: read {read} bytes, expected {source.size}")
    return digest.hexdigest()


def _version(version_id: str | None) -> dict[str, str]:
    return {"VersionId": version_id} if version_id else {}
