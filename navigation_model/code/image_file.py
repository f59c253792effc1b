"""What an image file says about itself, and the file without it; standard library only.

Decoders read metadata that has nothing to do with the pixels, and one odd number in it may make
them fail. Browsers show such an image: so the decoder never sees its metadata.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8\xff"
# Chunks that make the pixels of the still image (PNG, third edition, 11.2 and 11.3.2).
_PNG_PIXELS = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
# APP0 and APP14 say what the components are (JFIF; Adobe); APP1-13, APP15 and COM are metadata.
_JPEG_METADATA = frozenset({*range(0xE1, 0xEE), 0xEF, 0xFE})
_PNG_SAMPLES = {b"\x00": 1, b"\x02": 3}
_JPEG_EXIF, _JPEG_SCAN = 0xE1, 0xDA
_EXIF = b"Exif\0\0"
_ORIENTATION, _SHORT = 0x0112, 3


@dataclass(frozen=True)
class ImageFile:
    """An image file taken apart.

    Args:
        pixels: the file without metadata and, of a PNG, without animation.
        orientation: 1-8 as EXIF counts them, 1 where none can be read.
        transparent: the one grey or colour of a PNG that is transparent, on the scale of decoded
            pixels: 16 bits for grey of 16 bits, else 8.
    """

    pixels: bytes
    orientation: int = 1
    transparent: int | tuple[int, ...] | None = None


def take_apart(content: bytes) -> ImageFile:
    """Separates pixels and orientation; leaves what it cannot follow to the decoder."""
    if content.startswith(PNG):
        return _png(content)
    if content.startswith(JPEG):
        return _jpeg(content)
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return ImageFile(content, _webp_orientation(content))
    return ImageFile(content)


def read_orientation(exif: bytes) -> int:
    """The orientation in an EXIF block, read as browsers do: one short in the first directory."""
    tiff = exif.removeprefix(_EXIF)
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None:
        return 1
    try:
        (start,) = struct.unpack_from(f"{order}I", tiff, 4)
        (entries,) = struct.unpack_from(f"{order}H", tiff, start)
        for number in range(entries):
            entry = struct.unpack_from(f"{order}HHIH", tiff, start + 2 + 12 * number)
            if entry[:3] == (_ORIENTATION, _SHORT, 1) and 1 <= entry[3] <= 8:
                return int(entry[3])
    except struct.error:
        pass
    return 1


def _png(content: bytes) -> ImageFile:
    kept, orientation, transparent, at = [PNG], 1, None, len(PNG)
    depth, colour = content[24:25], content[25:26]
    while at + 12 <= len(content):
        length, kind = struct.unpack_from(">I4s", content, at)
        end = at + 12 + length
        if kind == b"tRNS" and colour in _PNG_SAMPLES:
            transparent = _transparent(content[at + 8 : end - 4], depth[0], _PNG_SAMPLES[colour])
        elif kind in _PNG_PIXELS:
            kept.append(content[at:end])
        elif kind == b"eXIf" and orientation == 1:
            orientation = read_orientation(content[at + 8 : end - 4])
        if kind == b"IEND":
            break
        at = end
    return ImageFile(b"".join(kept), orientation, transparent)


def _transparent(chunk: bytes, depth: int, samples: int) -> int | tuple[int, ...] | None:
    """Decoders scale the pixels to 8 bits, but not this colour."""
    if len(chunk) != 2 * samples or depth not in {1, 2, 4, 8, 16}:
        return None
    values: tuple[int, ...] = struct.unpack(f">{samples}H", chunk)
    if samples == 1:
        return values[0] if depth == 16 else min(255, values[0] * 255 // ((1 << depth) - 1))
    return tuple(value >> 8 if depth == 16 else value & 0xFF for value in values)


def _jpeg(content: bytes) -> ImageFile:
    kept, orientation, at = [content[:2]], 1, 2
    while at + 4 <= len(content) and content[at] == 0xFF:
        marker, length = struct.unpack_from(">BH", content, at + 1)
        if marker == 0xFF:
            at += 1
            continue
        end = at + 2 + length
        if marker == _JPEG_SCAN or not 0xC0 <= marker <= 0xFE or length < 2:
            break
        if marker not in _JPEG_METADATA:
            kept.append(content[at:end])
        elif marker == _JPEG_EXIF and orientation == 1 and content.startswith(_EXIF, at + 4):
            orientation = read_orientation(content[at + 4 : end])
        at = end
    return ImageFile(b"".join([*kept, content[at:]]), orientation)


def _webp_orientation(content: bytes) -> int:
    at = 12
    while at + 8 <= len(content):
        kind, length = struct.unpack_from("<4sI", content, at)
        if kind == b"EXIF":
            return read_orientation(content[at + 8 : at + 8 + length])
        at += 8 + length + length % 2
    return 1
