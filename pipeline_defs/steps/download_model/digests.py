"""Digests of files of any size."""

import hashlib
from pathlib import Path


def sha256(path: Path) -> str:
    """SHA-256 of the file in hex, read in blocks."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
