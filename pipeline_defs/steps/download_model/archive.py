"""Writes zips that are the same, byte for byte, for the same files.

Entries are stored, not deflated: zlib's output differs between its versions and forks, and
quantised weights hardly shrink. Names are sorted; times, modes and the creating system are fixed.
JSZip reads stored entries; zip64 appears only near 2 GiB, where it must.
"""

import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path

from . import file_names

EPOCH = (1980, 1, 1, 0, 0, 0)
UNIX = 3
FILE_MODE = 0o100644
BLOCK_BYTES = 1024 * 1024


def write(archive: Path, files: Mapping[str, Path]) -> None:
    """Write `files` (entry name to source) to `archive`, in blocks.

    Raises:
        StepError: an entry name is not one that every reader extracts alike.
    """
    file_names.check(files)
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as target:
        for name in sorted(files):
            source = files[name]
            entry = zipfile.ZipInfo(name, date_time=EPOCH)
            entry.create_system = UNIX
            entry.external_attr = FILE_MODE << 16
            entry.file_size = source.stat().st_size
            with source.open("rb") as reader, target.open(entry, "w") as writer:
                shutil.copyfileobj(reader, writer, BLOCK_BYTES)
