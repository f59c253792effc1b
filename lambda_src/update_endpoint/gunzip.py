"""Unpacks one gzip file as a stream, in small pieces and within a budget."""

from __future__ import annotations

import zlib
from typing import IO

from update_endpoint.errors import ArchiveRefused

GIB = 1 << 30
# zlib copies what it leaves of its input: small slices keep a file of zeros from going quadratic.
PACKED_BYTES = 16 << 10
UNPACKED_BYTES = 256 << 10
_GZIP_WINDOW = 31
_GZIP_MAGIC = b"\x1f\x8b"
_OTHERS = {
    b"PK\x03\x04": "a zip file",
    b"\x28\xb5\x2f\xfd": "a zstd file",
    b"BZh": "a bzip2 file",
    b"\xfd7zXZ\x00": "an xz file",
    b"7z\xbc\xaf\x27\x1c": "a 7z file",
    b"\x04\x22\x4d\x18": "an lz4 file",
}
_TAR_MAGIC = slice(257, 262)


class Gunzip:
    """The unpacked bytes of a gzip file, read front to back.

    Exactly one gzip stream is taken: readers disagree about what follows it.

    Parameters:
        packed: the gzip file; its `read` may give fewer bytes than asked for, none at the end.
        budget: bytes that may be unpacked, which ends decompression bombs.
    """

    def __init__(self, packed: IO[bytes], budget: int) -> None:
        self._packed, self._budget = packed, budget
        self._inflate = zlib.decompressobj(wbits=_GZIP_WINDOW)
        self._input = b""
        self._begun = False
        self.position = 0

    def read(self, size: int) -> bytes:
        """That many bytes, fewer only at the end of the file.

        Errors: `ArchiveRefused` for what is no gzip file, damaged, cut off, or above the budget.
        """
        pieces: list[bytes] = []
        while size and (piece := self._piece(size)):
            pieces.append(piece)
            size -= len(piece)
        return b"".join(pieces)

    def skip(self, size: int) -> bool:
        """Passes over that many bytes; False when the file ends before. Errors: as `read`."""
        while size and (piece := self._piece(size)):
            size -= len(piece)
        return not size

    def _piece(self, size: int) -> bytes:
        """1 to `size` bytes; none at the end of the file."""
        while not self._inflate.eof:
            self._input = self._input or self._next_input()
            try:
                piece = self._inflate.decompress(self._input, min(size, UNPACKED_BYTES))
            except zlib.error as exc:
                raise _no_gzip(str(exc)) from exc
            self._input = self._inflate.unconsumed_tail
            self.position += len(piece)
            if self.position > self._budget:
                raise ArchiveRefused(
                    "code/inference.py is not within the first "
                    f"{self._budget / GIB:g} GiB unpacked: put code/ first in the archive, as the "
                    "packer does, or raise INSPECTION_MAX_UNPACKED_GB"
                )
            if piece:
                return piece
        if self._inflate.unused_data or self._packed.read(1):
            raise ArchiveRefused(
                "the upload goes on after its gzip stream: pack it as one archive, not as several "
                "put together"
            )
        return b""

    def _next_input(self) -> bytes:
        content = self._packed.read(PACKED_BYTES)
        if not content:
            raise _no_gzip("it is cut off" if self._begun else "it is empty")
        if not self._begun:
            _check_magic(content)
        self._begun = True
        return content


def _check_magic(content: bytes) -> None:
    if content.startswith(_GZIP_MAGIC[: len(content)]):
        return
    found = next((name for magic, name in _OTHERS.items() if content.startswith(magic)), "")
    if content[_TAR_MAGIC] == b"ustar":
        found = "a tar without gzip"
    raise _no_gzip(f"it is {found}" if found else "it does not begin as one")


def _no_gzip(reason: str) -> ArchiveRefused:
    return ArchiveRefused(
        f"not a complete gzip file ({reason}): upload a .tar.gz made by the packer or `tar -czf`"
    )
