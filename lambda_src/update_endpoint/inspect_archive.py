"""Whether an upload is a gzip tar with `code/inference.py`, reading no more than it takes.

Our packer writes `code/` first, so that one small range is enough. An archive packed by hand may
hold it last: it is then unpacked as a stream, in bounded memory, up to a budget.
"""

from __future__ import annotations

import gzip
import io
import posixpath
import tarfile
import zlib
from typing import IO, Any, cast

from update_endpoint.errors import ArchiveRefused

SCRIPT = "code/inference.py"
GIB = 1 << 30
_BROKEN = (gzip.BadGzipFile, EOFError, zlib.error)


class _Counted(io.RawIOBase):
    """Unpacked bytes; refuses to go on above the budget, which ends decompression bombs too."""

    def __init__(self, packed: IO[bytes], budget: int) -> None:
        super().__init__()
        self._unpacked = gzip.GzipFile(fileobj=packed, mode="rb")
        self._budget = self._left = budget

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        content = self._unpacked.read(size)
        self._left -= len(content)
        if self._left < 0:
            raise ArchiveRefused(
                f"{SCRIPT} is not within the first {self._budget / GIB:g} GiB unpacked: put code/ "
                "first in the archive, as the packer does, or raise INSPECTION_MAX_UNPACKED_GB"
            )
        return content


def inspect(packed: IO[bytes], max_unpacked_bytes: int) -> None:
    """Returns when the archive holds a usable `code/inference.py`.

    Parameters:
        packed: the archive, read front to back.

    Errors: `ArchiveRefused` with the reason; whatever `packed` raises.
    """
    try:
        _search(cast(IO[bytes], _Counted(packed, max_unpacked_bytes)))
    except tarfile.ReadError as exc:
        raise ArchiveRefused(f"not a tar archive inside the gzip: {exc}") from exc
    except _BROKEN as exc:
        raise ArchiveRefused(
            f"not a complete gzip file ({exc}): upload a .tar.gz made by the packer"
        ) from exc


def _search(unpacked: IO[bytes]) -> None:
    misplaced, files = "", 0
    with tarfile.open(fileobj=unpacked, mode="r|") as archive:
        while member := archive.next():
            # tarfile remembers every member it has seen; an archive may hold millions.
            cast(Any, archive).members.clear()
            if not member.isfile():
                continue
            files += 1
            path = posixpath.normpath(member.name)
            if path == SCRIPT:
                if member.size == 0:
                    raise ArchiveRefused(f"{SCRIPT} is empty")
                return
            if path.endswith("/" + SCRIPT):
                misplaced = path
    if not files:
        raise ArchiveRefused("the archive holds no files")
    hint = f"; found {misplaced}: pack from inside that folder" if misplaced else ""
    raise ArchiveRefused(f"the archive lacks {SCRIPT}{hint}")
