"""The files in the zips of two versions, and what differs; neither zip is downloaded."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, Any, cast

from common.ranged_file import RangedFile
from common.s3_source import pin
from promote_model.zip_check import LARGEST_DIRECTORY
from vis_assis.aws.registry import Version


@dataclass(frozen=True)
class FileChange:
    """A file that is not the same in two versions; a size is None where there is no such file."""

    name: str
    bytes_before: int | None
    bytes_after: int | None


@dataclass(frozen=True)
class Difference:
    """What differs between two versions of a model.

    Attributes:
        facts: of the registry, each with both values.
        files: those that were added, removed or changed.
        same_files: how many are the same, byte by byte.
    """

    model: str
    before: int
    after: int
    facts: Mapping[str, tuple[Any, Any]]
    files: list[FileChange]
    same_files: int


FACTS = ("bytes", "sha256", "repository", "revision", "licence", "approval", "by", "note")


def difference(s3: Any, model: str, before: Version, after: Version) -> Difference:
    """Compares the registry's facts and the zips' directories (sizes and CRC-32)."""
    old, new = (_files(s3, version.artifact) for version in (before, after))
    names = sorted(old.keys() | new.keys())
    changed = [
        FileChange(name, *(files[name][0] if name in files else None for files in (old, new)))
        for name in names
        if old.get(name) != new.get(name)
    ]
    values = {name: (getattr(before, name), getattr(after, name)) for name in FACTS}
    facts = {name: pair for name, pair in values.items() if pair[0] != pair[1]}
    return Difference(
        model, before.version, after.version, facts, changed, len(names) - len(changed)
    )


def _files(s3: Any, uri: str) -> dict[str, tuple[int, int]]:
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    file = RangedFile(s3, pin(s3, bucket, key), largest_read=LARGEST_DIRECTORY)
    with zipfile.ZipFile(cast(IO[bytes], file)) as archive:
        return {entry.filename: (entry.file_size, entry.CRC) for entry in archive.infolist()}
