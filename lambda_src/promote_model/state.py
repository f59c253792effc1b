"""What a promotion run sees: packages, approvals and objects in production."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Approval:
    """An approval as the promotion record remembers it.

    Parameters:
        approved_at: LastModifiedTime when the approval was first seen.
        created_at: tells a version from one of the same ARN in a group that was made anew.
        settled: a run has finished with this approval in view.
    """

    arn: str
    version: int
    created_at: datetime
    approved_at: datetime
    settled: bool = False


@dataclass(frozen=True)
class Package:
    """An approved version and where its artifact is.

    Parameters:
        sha256: lower-case hex, None when the package carries none.
        size: bytes, None when the package carries none.
    """

    arn: str
    version: int
    created_at: datetime
    modified_at: datetime
    bucket: str
    key: str
    sha256: str | None = None
    size: int | None = None

    @property
    def uri(self) -> str:
        return f"s3://{self.bucket}/{self.key}"

    @property
    def file_name(self) -> str:
        return self.key.rsplit("/", 1)[-1]


@dataclass(frozen=True)
class ProductionObject:
    """A .zip object of one model type in the production bucket.

    Parameters:
        version_id: of the object's current version.
        package_arn: value of our tag; None marks a manual upload.
        modified_at: S3's LastModified, in whole seconds. Of an upload in parts it is the time when
            that began (S3 User Guide, system-defined object metadata).
        sha256: object metadata, None when absent.
    """

    key: str
    version_id: str
    etag: str
    size: int
    modified_at: datetime
    package_arn: str | None = None
    version: int | None = None
    sha256: str | None = None
