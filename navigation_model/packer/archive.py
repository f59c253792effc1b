"""Writes a tar.gz whose bytes depend on its contents only."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import tarfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

# Weights hardly compress: a higher level costs minutes per gigabyte and saves next to nothing.
COMPRESSION_LEVEL = 1

Content = Path | bytes
Progress = Callable[[int], None]


@dataclass(frozen=True)
class Packed:
    """A written archive.

    Args:
        path: where it is.
        sha256: of the archive, hexadecimal.
        size_bytes: of the archive.
    """

    path: Path
    sha256: str
    size_bytes: int


def content_size(members: Mapping[str, Content]) -> int:
    """Bytes of all members before compression."""
    return sum(c.stat().st_size if isinstance(c, Path) else len(c) for c in members.values())


def write_archive(members: Mapping[str, Content], output: Path, progress: Progress) -> Packed:
    """Writes `code/` and then the rest, each by name; streams, so that any size fits in memory.

    The same contents give the same bytes with the same zlib. The output appears when it is
    complete; what was there before stays until then.

    Args:
        members: names inside the archive to files or bytes.
        output: path of the archive.
        progress: called with the number of content bytes read since the last call.

    Raises:
        OSError: when a file cannot be read, changes while it is read, or the disk is full.
    """
    output.parent.mkdir(parents=True, exist_ok=True)
    part = output.with_name(f".{output.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            digest = _Digest(file)
            _write(members, digest, progress)
        part.replace(output)
    finally:
        part.unlink(missing_ok=True)
    return Packed(output, digest.sha256.hexdigest(), digest.size_bytes)


def _write(members: Mapping[str, Content], target: _Digest, progress: Progress) -> None:
    with (
        gzip.GzipFile("", "wb", COMPRESSION_LEVEL, target, mtime=0) as zipped,
        tarfile.open(fileobj=zipped, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for name in sorted(members, key=_code_first):
            content = members[name]
            # A fresh TarInfo has mtime, uid and gid 0, no owner names, mode 0644.
            entry = tarfile.TarInfo(name)
            entry.size = content.stat().st_size if isinstance(content, Path) else len(content)
            with content.open("rb") if isinstance(content, Path) else io.BytesIO(content) as file:
                archive.addfile(entry, _Counted(file, progress))


def _code_first(name: str) -> tuple[bool, str]:
    """Order of the archive: an upload is checked by looking for `code/` in its first bytes."""
    return not name.startswith("code/"), name


class _Digest(io.RawIOBase):
    """Hashes and counts what it passes on."""

    def __init__(self, target: IO[bytes]) -> None:
        self._target = target
        self.sha256 = hashlib.sha256()
        self.size_bytes = 0

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self.sha256.update(data)
        self.size_bytes += len(data)
        return self._target.write(data)


class _Counted(io.RawIOBase):
    """Reports what is read from it."""

    def __init__(self, source: IO[bytes], progress: Progress) -> None:
        self._source = source
        self._progress = progress

    def read(self, size: int = -1) -> bytes:
        data = self._source.read(size)
        self._progress(len(data))
        return data
