"""EXIF blocks, good and odd, and the chunks that hold them in a PNG."""

from __future__ import annotations

import struct
import zlib

SHORT, LONG, RATIONAL, SIGNED_RATIONAL, FLOAT, TEXT = 3, 4, 5, 10, 11, 2
ORIENTATION, RESOLUTION, MAKER = 0x0112, 0x011A, 0x010F
START = b"Exif\0\0"


def exif(orientation: int, order: str = "<") -> bytes:
    """A block that says nothing but the orientation."""
    return block((ORIENTATION, SHORT, 1, short(orientation, order)), order=order)


def short(value: int, order: str = "<") -> bytes:
    return struct.pack(f"{order}H2x", value)


def block(*entries: tuple[int, int, int, bytes], order: str = "<", data: bytes = b"") -> bytes:
    """A block with one directory.

    Parameters:
        entries: tag, type, count and four bytes of value.
        data: what follows the directory.
    """
    directory = b"".join(
        struct.pack(f"{order}HHI", tag, kind, count) + value for tag, kind, count, value in entries
    )
    start = {"<": b"II*\0", ">": b"MM\0*"}[order] + struct.pack(f"{order}I", 8)
    count = struct.pack(f"{order}H", len(entries))
    return START + start + count + directory + bytes(4) + data


def png_chunk(kind: bytes, content: bytes) -> bytes:
    """A chunk with its length and checksum."""
    checksum = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + checksum


TURNED = (ORIENTATION, SHORT, 1, short(6))
AT_END = struct.pack("<I", 8 + 2 + 24 + 4)

# Blocks and the orientation that a browser reads in them.
ODD_EXIF: dict[str, tuple[bytes, int]] = {
    "big-endian": (exif(6, ">"), 6),
    "negative rational": (
        block((RESOLUTION, SIGNED_RATIONAL, 1, AT_END), TURNED, data=struct.pack("<ii", -72, 1)),
        6,
    ),
    "rational over zero": (
        block((RESOLUTION, RATIONAL, 1, AT_END), TURNED, data=bytes(8)),
        6,
    ),
    "float in a short field": (block((0x0128, FLOAT, 1, b"\0\0\xc0\x7f"), TURNED), 6),
    "text in a number field": (block((RESOLUTION, TEXT, 4, b"wide"), TURNED), 6),
    "number in a text field": (block((MAKER, LONG, 1, b"\xff" * 4), TURNED), 6),
    "unknown type": (block((MAKER, 99, 1, b"\xff" * 4), TURNED), 6),
    "value beyond the block": (block((MAKER, TEXT, 1 << 31, b"\xff" * 4), TURNED), 6),
    "doubled": (exif(6) + exif(3), 6),
    "twice in one directory": (block(TURNED, (ORIENTATION, SHORT, 1, short(1))), 6),
    "orientation of 0": (exif(0), 1),
    "orientation of 9": (exif(9), 1),
    "orientation as text": (block((ORIENTATION, TEXT, 1, short(6))), 1),
    "orientation as float": (block((ORIENTATION, FLOAT, 1, struct.pack("<f", 6))), 1),
    "two orientations": (block((ORIENTATION, SHORT, 2, b"\6\0\6\0")), 1),
    "cut in the orientation": (exif(6)[:20], 1),
    "cut behind the orientation": (block(TURNED, TURNED)[: 6 + 8 + 2 + 12 + 5], 6),
    "count of 65,535": (exif(6)[:14] + b"\xff\xff" + exif(6)[16:], 6),
    "directory beyond the block": (START + b"II*\0" + b"\xff" * 4, 1),
    "directory in the header": (START + b"II*\0" + bytes(4), 1),
    "other order": (START + b"XX*\0" + exif(6)[10:], 1),
    "empty": (START, 1),
    "garbage": (START + bytes(range(256)), 1),
}
