"""The unpacked bytes of an upload as tarfile reads them: front to back, within bounds."""

from __future__ import annotations

import gzip
import io
from typing import IO, cast

from update_endpoint.errors import ArchiveRefused

GIB = 1 << 30
MAX_HEADER_BYTES = 16 << 20
"""Of all headers together: tarfile keeps them, at ten times that size for tiny attributes."""
_PACKED_BYTES = 64 << 10
_PIECE_BYTES = 256 << 10
_OTHERS = {
    b"PK\x03\x04": "a zip file",
    b"\x28\xb5\x2f\xfd": "a zstd file",
    b"BZh": "a bzip2 file",
    b"\xfd7zXZ\x00": "an xz file",
    b"7z\xbc\xaf\x27\x1c": "a 7z file",
    b"\x04\x22\x4d\x18": "an lz4 file",
}
_TAR_MAGIC = slice(257, 262)


class Unpacked:
    """As much of a file as tarfile needs; it reads headers and seeks over contents.

    Args:
        packed: the gzip file; its `read` may give fewer bytes than asked for, none at the end.
        budget: bytes that may be unpacked.
    """

    def __init__(self, packed: io.RawIOBase | IO[bytes], budget: int) -> None:
        buffered = io.BufferedReader(cast(io.RawIOBase, packed), _PACKED_BYTES)
        _check_magic(buffered.peek(_TAR_MAGIC.stop))
        self._file = gzip.GzipFile(fileobj=buffered)
        self._budget = budget
        self._headers = 0
        self._last = b""
        self.position = 0

    def tell(self) -> int:
        """Bytes that were unpacked."""
        return self.position

    def read(self, size: int) -> bytes:
        """That many bytes of a header, fewer at the end of the file."""
        self._headers += size
        if self._headers > MAX_HEADER_BYTES:
            raise ArchiveRefused(f"the archive has more than {MAX_HEADER_BYTES} bytes of headers")
        self._last = self._file.read(size)
        self._count(len(self._last))
        return self._last

    def seek(self, position: int) -> None:
        """Passes over what lies before the position."""
        if position < self.position:
            raise ValueError("an entry that begins inside another")
        while self.position < position:
            piece = self._file.read1(min(_PIECE_BYTES, position - self.position))
            if not piece:
                return
            self._count(len(piece))

    def is_at_end_of_tar(self) -> bool:
        """Whether what was read last is the block of zeros that ends a tar."""
        return bool(self._last) and not self._last.strip(b"\0")

    def read_to_end(self) -> None:
        """Unpacks the rest, so that gzip compares its checksum."""
        while piece := self._file.read1(_PIECE_BYTES):
            self._count(len(piece))

    def _count(self, size: int) -> None:
        self.position += size
        if self.position > self._budget:
            raise ArchiveRefused(
                f"code/inference.py is not within the first {self._budget / GIB:g} GiB unpacked: "
                "put code/ first in the archive, as the packer does"
            )


def _check_magic(content: bytes) -> None:
    found = next((name for magic, name in _OTHERS.items() if content.startswith(magic)), "")
    if content[_TAR_MAGIC] == b"ustar":
        found = "a tar without gzip"
    if not content:
        found = "empty"
    if found or not content.startswith(b"\x1f\x8b"[: len(content)]):
        reason = f"it is {found}" if found else "it does not begin as one"
        raise ArchiveRefused(
            f"not a complete gzip file ({reason}): upload a .tar.gz made by the packer or "
            "`tar -czf`"
        )
