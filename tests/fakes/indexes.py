"""Indexes as promotion writes them without a key."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from common.model_index import Entry, Envelope, File, Index, Stored

ISSUED = datetime(2026, 1, 1, tzinfo=UTC)
EXPIRES = datetime(2036, 1, 1, tzinfo=UTC)


def dump(entries: Mapping[str, Entry], sequence: int = 1) -> bytes:
    """An `index.json` that nobody signed."""
    return Envelope(Index(sequence, ISSUED, EXPIRES, entries).dump()).dump()


def file(path: str, sha256: str) -> File:
    """A file that is described, not stored."""
    return File(path, 9, sha256, Stored(f"files/{sha256}", "v", 7, "cd" * 32, ("cd" * 32,)))
