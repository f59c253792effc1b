"""Writes zips that are the same, byte for byte, for the same files.

Entries are deflated by one pinned version of libdeflate: zlib's output differs between its
versions and forks. Names are sorted; times, modes and the creating system are fixed. JSZip reads
such entries; zip64 appears only near 4 GiB, where it must.
"""

import mmap
import zipfile
from collections import deque
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO

import deflate

from . import file_names

EPOCH = (1980, 1, 1, 0, 0, 0)
UNIX = 3
FILE_MODE = 0o100644
WEIGHTS = (".onnx", ".onnx_data", ".data", ".bin", ".safetensors")
WEIGHTS_LEVEL, TEXT_LEVEL = 1, 9
"""Weights hold few repetitions: looking for more of them takes longer and saves nothing."""
THREADS = 2
"""Each holds the deflated bytes of its file, at most as many as the file has."""


def write(archive: Path, files: Mapping[str, Path]) -> None:
    """Write `files` (entry name to source) to `archive`.

    Sources are mapped, not read: what it allocates is at most `THREADS` deflated files.

    Raises:
        StepError: an entry name is not one that every reader extracts alike.
    """
    file_names.check(files)
    waiting: deque[Future[tuple[zipfile.ZipInfo, bytearray]]] = deque()
    with (
        archive.open("wb") as file,
        zipfile.ZipFile(file, "w") as target,
        ThreadPoolExecutor(THREADS) as pool,
    ):
        for name in sorted(files):
            if len(waiting) == THREADS:
                _append(target, file, *waiting.popleft().result())
            waiting.append(pool.submit(_deflate, name, files[name]))
        while waiting:
            _append(target, file, *waiting.popleft().result())


def _deflate(name: str, source: Path) -> tuple[zipfile.ZipInfo, bytearray]:
    entry = zipfile.ZipInfo(name, date_time=EPOCH)
    entry.create_system = UNIX
    entry.external_attr = FILE_MODE << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.file_size = source.stat().st_size
    level = WEIGHTS_LEVEL if name.endswith(WEIGHTS) else TEXT_LEVEL
    if not entry.file_size:  # which cannot be mapped
        entry.CRC, content = 0, deflate.deflate_compress(b"", level)
    else:
        with (
            source.open("rb") as file,
            mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as plain,
        ):
            content = deflate.deflate_compress(plain, level)
            entry.CRC = deflate.crc32(plain)
    entry.compress_size = len(content)
    return entry, content


def _append(
    target: zipfile.ZipFile, file: BinaryIO, entry: zipfile.ZipInfo, content: bytearray
) -> None:
    """Adds an entry that is deflated already, for which zipfile has no method."""
    entry.header_offset = file.tell()
    file.write(entry.FileHeader())
    file.write(content)
    target.filelist.append(entry)
    target.NameToInfo[entry.filename] = entry
    target.start_dir = file.tell()
