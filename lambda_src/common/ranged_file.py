"""One version of an S3 object as a seekable file: read in ranges, in bounded memory."""

from __future__ import annotations

import io
from typing import Any

from common.s3_source import S3Source, read_range

BLOCK_BYTES = 64 << 10


class ReadTooLarge(OSError):  # noqa: N818 - named after what was asked
    """A single read asked for more than the file gives."""


class SeekOutside(OSError):  # noqa: N818 - named after what was asked
    """A seek asked for a place before the beginning."""


class RangedFile(io.RawIOBase):
    """Reads blocks of 64 KiB, of which it keeps the last.

    Args:
        source: the pinned version.
        largest_read: bytes that one read may ask for; more raises `ReadTooLarge`.
    """

    def __init__(self, s3: Any, source: S3Source, *, largest_read: int) -> None:
        super().__init__()
        self._s3, self._source, self._largest_read = s3, source, largest_read
        self._position = 0
        self._start, self._block = 0, b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._source.size}
        position = base[whence] + offset
        if position < 0:
            raise SeekOutside(f"position {position} is before the beginning")
        self._position = position
        return position

    def read(self, size: int = -1) -> bytes:
        left = max(self._source.size - self._position, 0)
        wanted = left if size is None or size < 0 else min(size, left)
        if wanted > self._largest_read:
            raise ReadTooLarge(f"a read of {wanted} bytes, more than {self._largest_read}")
        end = self._position + wanted
        if not self._start <= self._position <= end <= self._start + len(self._block):
            self._fetch(end)
        begin = self._position - self._start
        content = self._block[begin : begin + wanted]
        self._position += len(content)
        return content

    def _fetch(self, end: int) -> None:
        """Loads a block that holds what lies between the position and `end`.

        It reaches to the object's end where that is near: zips are read from there.
        """
        last_block = max(self._source.size - BLOCK_BYTES, 0)
        self._start = min(self._position, last_block)
        last = min(max(end, self._start + BLOCK_BYTES), self._source.size) - 1
        if last < self._start:
            self._block = b""
            return
        self._block = read_range(self._s3, self._source, self._start, last)
