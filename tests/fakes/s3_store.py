"""Versions, delete markers and uploads of a fake S3 bucket."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import Any

from tests.fakes.client import client_error


@dataclass
class Version:
    """One version of an object; a delete marker when `body` is None.

    Attributes:
        algorithm: of the checksum that S3 keeps.
        composite: that checksum, where it is one over those of parts.
    """

    key: str
    version_id: str
    modified_at: datetime
    body: bytes | None = None
    etag: str = ""
    metadata: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    algorithm: str = ""
    composite: str = ""


@dataclass
class Upload:
    """A multipart upload under way."""

    bucket: str
    key: str
    attributes: dict[str, Any]
    parts: dict[int, bytes] = field(default_factory=dict)


@dataclass
class Bucket:
    """A bucket with versions, oldest first per key."""

    versions: dict[str, list[Version]] = field(default_factory=dict)

    def current(self, key: str) -> Version | None:
        """The object at a key, None when there is none or it is deleted."""
        history = self.versions.get(key)
        return history[-1] if history and history[-1].body is not None else None

    def find(self, key: str, version_id: str | None, operation: str) -> Version:
        """A version that has content, else the error S3 gives."""
        if version_id is None:
            version = self.current(key)
        else:
            history = self.versions.get(key, [])
            version = next((item for item in history if item.version_id == version_id), None)
        if version is None or version.body is None:
            raise client_error("404" if operation == "HeadObject" else "NoSuchKey", operation)
        return version

    def remove(self, key: str, version_id: str) -> None:
        """Deletes one version for good; the one before it becomes current."""
        history = self.versions.get(key, [])
        self.versions[key] = [item for item in history if item.version_id != version_id]

    def live_keys(self) -> list[str]:
        """Keys that list as objects, in S3's order."""
        return sorted(key for key in self.versions if self.current(key) is not None)


class Body(BytesIO):
    """As much of botocore's StreamingBody as is used."""

    def iter_chunks(self, chunk_size: int = 1024) -> Any:
        return iter(lambda: self.read(chunk_size), b"")


def etag_of(body: bytes, parts: int | None = None) -> str:
    """An ETag as S3 forms it: not a digest of the content once there were parts."""
    digest = hashlib.md5(body, usedforsecurity=False).hexdigest()
    return f'"{digest}-{parts}"' if parts else f'"{digest}"'


def sha256_of(content: bytes) -> str:
    """A SHA-256 as S3 writes it."""
    return base64.b64encode(hashlib.sha256(content).digest()).decode()


def composite_of(parts: list[bytes]) -> str:
    """The SHA-256 over those of parts, as S3 writes it."""
    digests = b"".join(hashlib.sha256(part).digest() for part in parts)
    return f"{sha256_of(digests)}-{len(parts)}"
