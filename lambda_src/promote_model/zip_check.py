"""Whether an object is a whole zip with a model that the browser app can unpack."""

from __future__ import annotations

import io
import struct
import zipfile
from dataclasses import dataclass
from typing import IO, cast

from promote_model.errors import Refused

ENDING = ".zip"
"""Of the keys of uploads by hand; the grants in Terraform have it, too."""
LARGEST_DIRECTORY = 1 << 20
"""Bytes of the directory; zipfile holds it in memory, and a model has some ten files."""
MOST_UNPACKED = 4 << 30
"""Bytes of all files; more than a browser can hold."""
LARGEST = MOST_UNPACKED + (16 << 20)
"""Bytes of the object."""
_IN_ZIP64 = 0xFFFF
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_END, _END_SIZE, _HEADER_SIZE = b"PK\5\6", 22, 30
_TAIL = _END_SIZE + (1 << 16)
"""As much as zipfile looks through for the end record: it takes a fault of reading for no zip."""
MOST_NAMES = 1 << 16
"""Bytes of all paths; the index names each, and every caller gets the index."""
MOST_FILES = 1000
"""The pipelines take as many."""
_DEFLATE_AT_MOST = 1040
"""Times that DEFLATE can shrink anything."""
_OTHER_CONTENT = (
    (b"\x1f\x8b", "a gzip file"),
    (b"<", "an HTML or XML page"),
    (b"version https://git-lfs", "a Git LFS pointer"),
    (b"\x1f\x9d", "a compressed file of another kind"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x08", "perhaps an ONNX file that was not packed"),
)


@dataclass(frozen=True)
class Packed:
    """A file in a zip.

    Attributes:
        start: of its bytes in the zip.
        stop: behind them.
        is_deflated: whether they are one raw DEFLATE stream, not the plain file.
        bytes: of the plain file; so is `crc`.
    """

    path: str
    start: int
    stop: int
    is_deflated: bool
    bytes: int
    crc: int


def check(file: io.RawIOBase, size: int) -> list[Packed]:
    """The files of such a zip, by path; reads its end, its directory and each file's own header.

    Args:
        file: the object, seekable.
        size: its bytes.

    Raises:
        Refused: with the reason.
        Exception: whatever reading raises.
    """
    if size == 0:
        raise Refused("it is empty")
    if size > LARGEST:
        # Before its checksum is asked for: reading that much outlasts a run.
        raise Refused(f"it has {size} bytes, at most {LARGEST}")
    try:
        count = _check_end(file, size)
        with zipfile.ZipFile(cast(IO[bytes], file)) as archive:
            if count not in (len(archive.infolist()), _IN_ZIP64):
                raise Refused(
                    f"its end record counts {count} files, its directory {len(archive.infolist())}"
                )
            _check_files(archive.infolist(), archive.start_dir)
            files = [item for item in archive.infolist() if not item.is_dir()]
            return [_packed(archive, file, item) for item in sorted(files, key=_path)]
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, struct.error) as exc:
        raise Refused(f"it is no whole zip: {exc}") from exc


def _check_end(file: io.RawIOBase, size: int) -> int:
    """The number of files that the end record gives; zipfile does not look at it, JSZip does."""
    file.seek(max(size - _TAIL, 0))
    tail = file.read(_TAIL) or b""
    found = tail.rfind(_END)
    if found < 0 or found + _END_SIZE > len(tail):
        file.seek(0)
        begin = (file.read(64) or b"").lstrip()
        kind = next((name for magic, name in _OTHER_CONTENT if begin.startswith(magic)), None)
        ended = "it was cut off" if begin.startswith(b"PK\3\4") else f"it is {kind or 'no zip'}"
        raise Refused(f"{ended}: the end record of a zip is missing")
    count, directory_bytes, directory_start, comment = struct.unpack_from("<HLLH", tail, found + 10)
    if found + _END_SIZE + comment != len(tail):
        raise Refused("bytes follow the end of the zip")
    end = size - len(tail) + found
    # All ones say that the numbers are in the record of zip64, which zipfile reads.
    if 0xFFFFFFFF not in (directory_bytes, directory_start):
        if directory_bytes > LARGEST_DIRECTORY:
            raise Refused(f"its directory has {directory_bytes} bytes, at most {LARGEST_DIRECTORY}")
        if directory_start + directory_bytes != end:
            raise Refused(
                f"its directory ends at byte {directory_start + directory_bytes}, its end record "
                f"begins at byte {end}: bytes are missing or were added"
            )
    return int(count)


def _packed(archive: zipfile.ZipFile, file: io.RawIOBase, item: zipfile.ZipInfo) -> Packed:
    # Reads the file's own header, which must agree with the directory.
    archive.open(item).close()
    file.seek(item.header_offset)
    header = file.read(_HEADER_SIZE) or b""
    start = item.header_offset + _HEADER_SIZE + sum(struct.unpack_from("<HH", header, 26))
    return Packed(
        path=item.filename,
        start=start,
        stop=start + item.compress_size,
        is_deflated=item.compress_type == zipfile.ZIP_DEFLATED and item.compress_size > 0,
        bytes=item.file_size,
        crc=item.CRC,
    )


def _check_files(files: list[zipfile.ZipInfo], directory_start: int) -> None:
    if not _models(files):
        raise Refused("it holds no .onnx file")
    if len(files) > MOST_FILES:
        raise Refused(f"it holds {len(files)} files, at most {MOST_FILES}")
    if sum(len(item.filename.encode()) for item in files) > MOST_NAMES:
        raise Refused(f"the names of its files have more than {MOST_NAMES} bytes")
    packed = unpacked = 0
    names = set()
    for item in files:
        packed += item.compress_size
        unpacked += item.file_size
        _check_file(item)
        if item.filename in names:
            raise Refused(f"{_name(item)} is in it twice")
        names.add(item.filename)
        if item.header_offset + item.compress_size > directory_start:
            raise Refused(f"{_name(item)} reaches beyond the end of the files")
    if packed > directory_start:
        raise Refused("its files overlap")
    if unpacked > MOST_UNPACKED:
        raise Refused(f"it unpacks to {unpacked} bytes, at most {MOST_UNPACKED}")


def _check_file(item: zipfile.ZipInfo) -> None:
    name = _name(item)
    if item.flag_bits & 0x2041:
        raise Refused(f"{name} is encrypted")
    if item.compress_type not in _METHODS:
        raise Refused(f"{name} is compressed by method {item.compress_type}: use STORE or DEFLATE")
    if item.compress_type == zipfile.ZIP_STORED and item.file_size != item.compress_size:
        raise Refused(f"{name} is stored with {item.compress_size} of {item.file_size} bytes")
    if item.file_size > item.compress_size * _DEFLATE_AT_MOST:
        raise Refused(f"{name} cannot unpack from {item.compress_size} to {item.file_size} bytes")
    if item.filename.startswith("/") or ".." in item.filename.split("/") or "\\" in item.filename:
        raise Refused(f"{name} would leave its folder")
    parts = item.filename.removesuffix("/").split("/")
    if not item.filename.isprintable() or "" in parts or "." in parts:
        raise Refused(f"{name} is no plain path: without control characters, empty parts and .")
    if item.filename.endswith(".onnx") and item.file_size == 0:
        raise Refused(f"{name} is empty")


def _path(item: zipfile.ZipInfo) -> str:
    return item.filename


def _models(files: list[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    return [item for item in files if item.filename.endswith(".onnx") and not item.is_dir()]


def _name(item: zipfile.ZipInfo) -> str:
    """Cut, as it comes from whoever made the zip."""
    return repr(item.filename[:80])
