"""The image of a request: base64 in, base64 out, checked on the way but not decoded.

Of a second that the app waits, each pass over a picture takes about a millisecond.
"""

from __future__ import annotations

import base64
import string
from dataclasses import dataclass
from typing import Any

from common.http_api import HttpError

# Lambda takes 6 MB (6,291,456 bytes) per invocation and base64 adds a third: this leaves 290 kB
# for the prompts and what the gateway says about the request. The model has the same limit.
MAX_IMAGE_BYTES = 4_500_000

_MAX_DATA_URL_HEADER = 200
_ALPHABET = f"{string.ascii_letters}{string.digits}+/".encode()
_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"


@dataclass(frozen=True)
class ImageData:
    """An image that may be worth sending.

    Parameters:
        base64: well-formed, without whitespace and without the beginning of a data URL.
        kind: png, jpeg or webp, by its first bytes.
        size: bytes, decoded.
    """

    base64: bytes
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
    encoded = _without_header(value.strip(), field).encode("ascii", "replace")
    strange = encoded.rstrip(b"=").translate(None, _ALPHABET)
    if strange.isspace():
        encoded, strange = b"".join(encoded.split()), b""
    padding = len(encoded) - len(encoded.rstrip(b"="))
    size = len(encoded) * 3 // 4 - padding
    if size > MAX_IMAGE_BYTES:
        raise HttpError(
            413, f"{field} is larger than {MAX_IMAGE_BYTES} bytes: send a smaller image."
        )
    if strange or len(encoded) % 4 or padding > 2:
        raise HttpError(400, f"{field} is not valid base64.")
    return ImageData(encoded, _kind(base64.b64decode(encoded[:16]), field), size)


def _without_header(text: str, field: str) -> str:
    if text[:5].lower() != "data:":
        return text
    header, comma, rest = text.partition(",")
    if not comma or len(header) > _MAX_DATA_URL_HEADER or not header.lower().endswith(";base64"):
        raise HttpError(400, f"{field} is a data URL that does not begin data:<type>;base64,")
    return rest


def _kind(beginning: bytes, field: str) -> str:
    if beginning.startswith(_PNG):
        return "png"
    if beginning.startswith(_JPEG):
        return "jpeg"
    if beginning[:4] == b"RIFF" and beginning[8:12] == b"WEBP":
        return "webp"
    raise HttpError(400, f"{field} is not a PNG, JPEG or WebP image.")
