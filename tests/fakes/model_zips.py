"""Small zips as the pipelines make them, and what is in them."""

from __future__ import annotations

import io
import zipfile

MODEL = "onnx/model_quantized.onnx"


def model_zip(content: bytes) -> bytes:
    """A zip whose model is `content`; the same content gives the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("config.json"), b"{}")
        archive.writestr(zipfile.ZipInfo(MODEL), content)
    return buffer.getvalue()


def model_in(body: bytes) -> bytes:
    """The model in a zip of `model_zip`."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return archive.read(MODEL)
