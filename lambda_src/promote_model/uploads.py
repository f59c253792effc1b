"""Which uploads stand in the production bucket, from one listing of versions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from promote_model.state import Upload

SERVED = "served/"
"""Folder of a type that only promotion writes to."""


@dataclass(frozen=True)
class Listed:
    """A version of an object, or a delete marker, as S3 lists it.

    Attributes:
        etag: None for a delete marker.
    """

    key: str
    version_id: str
    etag: str | None
    size: int
    modified_at: datetime
    is_current: bool


def list_versions(s3: Any, bucket: str, prefix: str, ending: str = "") -> list[Listed]:
    """Every version of the objects whose keys have both ends, by key, each key's newest first.

    S3's order among versions and delete markers is lost in boto3's answer. It is by LastModified;
    within a second, and unless one is current, a delete marker is taken for the older one: a script
    deletes and uploads again.
    """
    pages = s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix)
    found: list[Listed] = []
    for page in pages:
        entries = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        found += [
            Listed(
                key=item["Key"],
                version_id=item["VersionId"],
                etag=item.get("ETag"),
                size=item.get("Size", 0),
                modified_at=item["LastModified"],
                is_current=item["IsLatest"],
            )
            for item in entries
            if item["Key"].endswith(ending)
        ]
    return sorted(found, key=_position)


def _position(item: Listed) -> tuple[str, bool, float, bool]:
    return item.key, not item.is_current, -item.modified_at.timestamp(), item.etag is None


def standing(
    listed: Sequence[Listed],
    model_type: str,
    *,
    refused: Collection[str],
    known: Mapping[str, Upload],
    shown: Upload | None,
    look: int,
) -> list[Upload]:
    """The uploads that count, the refused ones on top of them included.

    At each key that is the newest version that was not refused, unless a delete marker is above
    it: a refused upload takes nothing away from the one that it covers.

    Args:
        listed: as `list_versions` gives it.
        refused: ids of uploads that were refused.
        known: the uploads that earlier looks saw, by id.
        shown: the upload that is served. It stands, too, when S3 has removed it as an old version
            below refused ones.
        look: number of this look.
    """
    found: list[Upload] = []
    for key, versions in groupby(listed, key=lambda item: item.key):
        if key.startswith(f"{model_type}/{SERVED}"):
            continue
        for item in versions:
            if item.etag is None:
                break
            found.append(
                known.get(item.version_id)
                or Upload(item.key, item.version_id, item.modified_at, look)
            )
            if item.version_id not in refused:
                break
        else:
            if shown is not None and shown.key == key:
                found.append(shown)
    return found


def current(listed: Iterable[Listed]) -> list[Listed]:
    """The objects, without old versions and deleted ones."""
    return [item for item in listed if item.is_current and item.etag]
