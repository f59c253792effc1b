"""Which objects of a model type may be the one to link to, from one listing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class CurrentZip:
    """The current version of a .zip object.

    Parameters:
        etag: without quotes.
        size: bytes.
        modified_at: S3's LastModified.
    """

    key: str
    version_id: str
    etag: str
    size: int
    modified_at: datetime

    @property
    def file_name(self) -> str:
        return self.key.rsplit("/", 1)[-1]


def newest_zips(s3: Any, bucket: str, model_type: str) -> list[CurrentZip]:
    """The type's current .zip objects of the newest second; empty when there is none.

    Versions are listed, not objects, because this listing alone names the version of each
    object: what was compared is what gets linked, whatever is uploaded meanwhile.
    """
    pages = s3.get_paginator("list_object_versions").paginate(
        Bucket=bucket, Prefix=f"{model_type}/"
    )
    return _newest(
        [
            CurrentZip(
                key=item["Key"],
                version_id=item["VersionId"],
                etag=item["ETag"].strip('"'),
                size=item["Size"],
                modified_at=item["LastModified"],
            )
            for page in pages
            for item in page.get("Versions", [])
            if item["IsLatest"] and item["Key"].endswith(".zip")
        ]
    )


def _newest(zips: Sequence[CurrentZip]) -> list[CurrentZip]:
    """All of the newest second: promotion compares by the second too."""
    newest = max((_second(item) for item in zips), default=None)
    return [item for item in zips if _second(item) == newest]


def _second(item: CurrentZip) -> datetime:
    return item.modified_at.replace(microsecond=0)
