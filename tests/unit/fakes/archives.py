"""Small model archives, good and bad."""

from __future__ import annotations

import gzip
import io
import tarfile
from collections.abc import Mapping

SCRIPT = "code/inference.py"


def archive(files: Mapping[str, bytes]) -> bytes:
    """A gzip tar with these files in this order; the same bytes for the same files."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return gzip.compress(packed.getvalue(), mtime=0)


def good(label: str) -> bytes:
    """An archive whose script answers with its label."""
    return archive({SCRIPT: f"ANSWER = {label!r}".encode(), "model.bin": b"weights"})


def failing(label: str) -> bytes:
    """An archive that passes inspection and whose model_fn raises."""
    return archive({SCRIPT: f"raise RuntimeError({label!r})".encode(), "model.bin": b"weights"})


def bad(label: str) -> bytes:
    """An archive without a script."""
    return archive({"model.bin": label.encode()})


def load_script(content: bytes) -> bytes:
    """The script in an archive, as an instance extracts it."""
    with tarfile.open(fileobj=io.BytesIO(content), mode="r:gz") as tar:
        script = tar.extractfile(SCRIPT)
        assert script is not None
        return script.read()
