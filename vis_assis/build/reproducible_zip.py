"""Zips whose bytes depend on names and contents only."""

from __future__ import annotations

import os
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The first time a zip can hold."""

REGULAR_FILE = 0o100644


def collect(folder: Path, prefix: str = "", pattern: str = "*") -> dict[str, Path]:
    """Files below a folder by their name in the zip, without bytecode and hidden files.

    Args:
        prefix: folder in the zip.
        pattern: what the files' names match.
    """
    found = {}
    for path in sorted(folder.rglob(pattern)):
        relative = path.relative_to(folder)
        hidden = any(part.startswith(".") or part == "__pycache__" for part in relative.parts)
        if path.is_file() and not hidden and path.suffix != ".pyc":
            found["/".join((prefix, *relative.parts) if prefix else relative.parts)] = path
    return found


def write_zip(target: Path, content: Mapping[str, Path]) -> Path:
    """Writes the zip in one go and gives its path.

    Entries are stored, not deflated: zlib's output differs between its versions.

    Args:
        content: file by its name in the zip.
    """
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    temporary = Path(name)
    try:
        with (
            os.fdopen(descriptor, "wb") as stream,
            zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive,
        ):
            for entry in sorted(content):
                info = zipfile.ZipInfo(entry, date_time=EARLIEST)
                info.create_system = 3
                info.external_attr = REGULAR_FILE << 16
                archive.writestr(info, content[entry].read_bytes())
        temporary.chmod(0o644)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
    return target
