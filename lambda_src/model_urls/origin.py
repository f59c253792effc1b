"""Where an object came from: what promotion wrote on it, or nothing on a manual upload."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from common.s3_source import tags_of
from model_urls.candidates import CurrentZip

ARN_TAG = "model-package-arn"
VERSION_TAG = "model-package-version"
SHA256_METADATA = "sha256"

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Origin:
    """What is known about one version of an object beside its listing.

    Parameters:
        promoted: whether it carries the tags of promotion; a manual upload does not.
        version: of the model package, None when unknown.
        sha256: lower-case hex, None when unknown.
    """

    promoted: bool
    version: int | None
    sha256: str | None

    @classmethod
    def of(cls, tags: Mapping[str, str], metadata: Mapping[str, str]) -> Origin:
        """Reads tags and metadata; what people may have mistyped there counts as unknown."""
        number = tags.get(VERSION_TAG, "")
        return cls(
            promoted=ARN_TAG in tags,
            version=int(number) if re.fullmatch(r"[0-9]{1,9}", number) else None,
            sha256=_sha256(metadata.get(SHA256_METADATA)),
        )

    @classmethod
    def noted(cls, *, promoted: bool, version: Any, sha256: Any) -> Origin:
        """What promotion noted; anything that is no number or no sum counts as unknown."""
        return cls(promoted, version if isinstance(version, int) else None, _sha256(sha256))


def _sha256(text: Any) -> str | None:
    value = str(text).strip().lower()
    return value if _SHA256.fullmatch(value) else None


def read_tags(s3: Any, bucket: str, item: CurrentZip) -> dict[str, str]:
    """The tags of exactly this version."""
    return tags_of(s3, bucket, item.key, item.version_id)


def read_metadata(s3: Any, bucket: str, item: CurrentZip) -> dict[str, str]:
    """The user metadata of exactly this version."""
    answer = s3.head_object(Bucket=bucket, Key=item.key, VersionId=item.version_id)
    return dict(answer.get("Metadata", {}))
