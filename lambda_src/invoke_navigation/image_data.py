"""The image of a request: base64 in, base64 out, checked on the way."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

from common.http_api import HttpError

# Lambda takes 6 MB (6,291,456 bytes) per invocation and base64 adds a third: this leaves 290 kB
# for the prompts and what the gateway says about the request. The model has the same limit.
MAX_IMAGE_BYTES = 4_500_000

_MAX_DATA_URL_HEADER = 200
_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"


@dataclass(frozen=True)
class ImageData:
    """An image that may be worth sending.

    Parameters:
        base64: without whitespace and without the beginning of a data URL.
        kind: png, jpeg or webp, by its first bytes.
        size: bytes, decoded.
    """

    base64: str
    kind: str
    size: int


def read_image(value: Any, field: str) -> ImageData:
    """Checks base64 text or a data URL of a PNG, JPEG or WebP image.

    The type that a data URL names is not looked at: browsers fall back to PNG where they cannot
    encode what was asked for, and the bytes say it anyway.

    Parameters:
        field: name for messages.

    Errors: `HttpError` 400 for anything else, 413 above MAX_IMAGE_BYTES.
    """
    if not isinstance(value, str) or not value.strip():
        raise HttpError(400, f"{field} must be a data URL or base64 text of an image.")
    text = "".join(_without_header(value.strip(), field).split())
    if len(text) * 3 // 4 - text[-2:].count("=") > MAX_IMAGE_BYTES:
        raise HttpError(
            413, f"{field} is larger than {MAX_IMAGE_BYTES} bytes: send a smaller image."
        )
    try:
        content = base64.b64decode(text, validate=True)
    except ValueError:
        raise HttpError(400, f"{field} is not valid base64.") from None
    return ImageData(text, _kind(content, field), len(content))


def _without_header(text: str, field: str) -> str:
    if text[:5].lower() != "data:":
        return text
    header, comma, rest = text.partition(",")
    if not comma or len(header) > _MAX_DATA_URL_HEADER or not header.lower().endswith(";base64"):
        raise HttpError(400, f"{field} is a data URL that does not begin data:<type>;base64,")
    return rest


def _kind(content: bytes, field: str) -> str:
    if content.startswith(_PNG):
        return "png"
    if content.startswith(_JPEG):
        return "jpeg"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    raise HttpError(400, f"{field} is not a PNG, JPEG or WebP image.")
