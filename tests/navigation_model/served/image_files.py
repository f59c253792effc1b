"""Encodes images the way a client does."""

from __future__ import annotations

import base64
import io

from PIL import Image


def encoded(image: Image.Image, image_format: str = "PNG", **options: object) -> bytes:
    """The image as a file."""
    buffer = io.BytesIO()
    image.save(buffer, image_format, **options)
    return buffer.getvalue()


def data_url(image: Image.Image) -> str:
    """The image as the browser's canvas gives it."""
    return "data:image/png;base64," + base64.b64encode(encoded(image)).decode()
