"""Reads one version of an S3 object front to back in ranges, with bounded memory."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from common.s3_source import S3Source, read_range
from update_endpoint.errors import ArchiveRefused

FIRST_RANGE_BYTES = 64 << 10
"""Enough to find a small script at the front of an archive."""
LARGEST_RANGE_BYTES = 16 << 20


class RangedReader(io.RawIOBase):
    """File-like view of an object; every range is twice the one before, up to 16 MiB.

    Parameters:
        source: the pinned version.
        clock: time now; after `seconds`, reading stops with `ArchiveRefused`. Such an archive
            would be as slow the next time, so that trying again would never end.
    """

    def __init__(
        self, s3: Any, source: S3Source, *, clock: Callable[[], datetime], seconds: float
    ) -> None:
        super().__init__()
        self._s3, self._source, self._clock = s3, source, clock
        self._deadline = clock() + timedelta(seconds=seconds)
        self._buffer = memoryview(b"")
        self._range = FIRST_RANGE_BYTES
        self.fetched = 0

    def readable(self) -> bool:
        return True

    def readinto(self, target: Any) -> int:
        if self._clock() > self._deadline:
            raise ArchiveRefused(
                f"code/inference.py not reached in time after {self.fetched} of "
                f"{self._source.size} bytes: put code/ first in the archive, as the packer does"
            )
        if not self._buffer:
            self._buffer = memoryview(self._fetch())
        count = min(len(target), len(self._buffer))
        target[:count] = self._buffer[:count]
        self._buffer = self._buffer[count:]
        return count

    def _fetch(self) -> bytes:
        if self.fetched >= self._source.size:
            return b""
        last = min(self.fetched + self._range, self._source.size) - 1
        content = read_range(self._s3, self._source, self.fetched, last)
        self.fetched += len(content)
        self._range = min(self._range * 2, LARGEST_RANGE_BYTES)
        return content
