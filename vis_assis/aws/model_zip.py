"""Checks a model zip as the browser will use it: JSZip formats, right files, loadable ONNX."""

from __future__ import annotations

import fnmatch
import hashlib
import io
import zipfile
from collections.abc import Sequence

import onnxruntime

from vis_assis.errors import CommandError

JSZIP_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}


def check(content: bytes, sha256: str, patterns: Sequence[str]) -> list[str]:
    """Checks the zip and returns the names of its files.

    Args:
        content: the zip.
        sha256: what its digest must be, in hex.
        patterns: the file patterns of the catalogue; each must match and none may be extra.

    Raises:
        CommandError: on the first difference.
    """
    digest = hashlib.sha256(content).hexdigest()
    if digest != sha256:
        raise CommandError(f"sha256 is {digest}, expected {sha256}")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
        names = [entry.filename for entry in entries]
        for entry in entries:
            if entry.compress_type not in JSZIP_METHODS:
                raise CommandError(f"{entry.filename} uses a compression that JSZip lacks")
            if not any(fnmatch.fnmatch(entry.filename, pattern) for pattern in patterns):
                raise CommandError(f"{entry.filename} matches none of {', '.join(patterns)}")
        for pattern in patterns:
            if not fnmatch.filter(names, pattern):
                raise CommandError(f"no file matches {pattern}")
        for name in names:
            if name.endswith(".onnx"):
                onnxruntime.InferenceSession(archive.read(name), providers=["CPUExecutionProvider"])
    return names
