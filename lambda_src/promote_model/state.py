"""What a promotion run sees: packages, approvals and uploads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Approval:
    """An approved version as the promotion record remembers it.

    Attributes:
        approved_at: LastModifiedTime when the approval was first seen.
        created_at: differs from that of a version with the same ARN in an earlier group.
        seen: number of the look that first saw it.
    """

    arn: str
    version: int
    created_at: datetime
    approved_at: datetime
    seen: int

    @property
    def id(self) -> str:
        return f"{self.arn} {self.created_at.isoformat()}"

    @property
    def name(self) -> str:
        return f"version {self.version}"


@dataclass(frozen=True)
class Upload:
    """A version of a .zip object that somebody uploaded by hand.

    Attributes:
        uploaded_at: S3's LastModified: whole seconds, of a multipart upload when it *began*.
        seen: number of the look that first saw it.
    """

    key: str
    version_id: str
    uploaded_at: datetime
    seen: int

    @property
    def id(self) -> str:
        return self.version_id

    @property
    def name(self) -> str:
        return self.key


Candidate = Approval | Upload


@dataclass(frozen=True)
class Package:
    """An approved version and where its artifact is.

    Attributes:
        sha256: lower-case hex, None when the package carries none.
        size: bytes, None when the package carries none.
        repository: on the hub, None when the package does not name it; so the next two.
        revision: the commit.
        licence: of the model.
        execution_arn: of the pipeline run that registered it, None when it does not name it.
        approved_by: who changed it last, None when SageMaker does not say.
    """

    arn: str
    version: int
    bucket: str
    key: str
    sha256: str | None = None
    size: int | None = None
    repository: str | None = None
    revision: str | None = None
    licence: str | None = None
    execution_arn: str | None = None
    approved_by: str | None = None

    @property
    def uri(self) -> str:
        return f"s3://{self.bucket}/{self.key}"

    @property
    def file_name(self) -> str:
        return self.key.rsplit("/", 1)[-1]


@dataclass(frozen=True)
class Pin:
    """The bytes that a version stands for: what it was registered with, or what was found first.

    Attributes:
        created_at: of the version.
    """

    created_at: datetime
    sha256: str


@dataclass(frozen=True)
class Refusal:
    """A release candidate that is not served.

    Attributes:
        name: for people.
        reason: what is wrong with it.
        since: when that was first found, as ISO text.
        may_change: whether every run looks at it again.
    """

    name: str
    reason: str
    since: str
    may_change: bool
