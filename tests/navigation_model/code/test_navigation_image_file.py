"""What an image file says about itself is read without a decoder, whatever it says."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, strategies as st

from image_file import JPEG, PNG, ImageFile, read_orientation, take_apart
from tests.fakes.exif import ODD_EXIF, exif, png_chunk

HEADER = png_chunk(b"IHDR", bytes(13))
END = png_chunk(b"IEND", b"")


def segment(marker: int, content: bytes) -> bytes:
    return bytes([0xFF, marker]) + (len(content) + 2).to_bytes(2) + content


@pytest.mark.parametrize(("block", "orientation"), ODD_EXIF.values(), ids=ODD_EXIF)
def test_orientation_is_read_where_a_browser_reads_it(block: bytes, orientation: int) -> None:
    assert read_orientation(block) == orientation


def test_png_keeps_what_makes_the_pixels() -> None:
    data = png_chunk(b"IDAT", b"data")
    metadata = [png_chunk(kind, b"x") for kind in (b"iCCP", b"tEXt", b"acTL", b"fcTL", b"fdAT")]
    turned = png_chunk(b"eXIf", exif(6)[6:])
    content = PNG + HEADER + b"".join(metadata) + data + turned + END + b"behind"
    assert take_apart(content) == ImageFile(PNG + HEADER + data + END, 6)


@pytest.mark.parametrize("depth", range(256))
def test_no_depth_stops_the_reading_of_a_transparent_grey(depth: int) -> None:
    header = png_chunk(b"IHDR", bytes(8) + bytes([depth]) + bytes(4))
    taken = take_apart(PNG + header + png_chunk(b"tRNS", b"\0\1") + END)
    wanted = {1: 255, 2: 85, 4: 17, 8: 1, 16: 1}
    assert taken.transparent == wanted.get(depth)


def test_jpeg_keeps_what_makes_the_pixels() -> None:
    start, kept = JPEG[:2], segment(0xE0, b"JFIF\0") + segment(0xEE, b"Adobe") + segment(0xDB, b"q")
    metadata = [segment(marker, b"x") for marker in (0xE1, 0xE2, 0xED, 0xEF, 0xFE)]
    scan = segment(0xDA, b"s") + b"\xff\xe1 entropy"
    content = start + b"".join(metadata) + kept + segment(0xE1, exif(8)) + b"\xff" + scan
    assert take_apart(content) == ImageFile(start + kept + scan, 8)


@pytest.mark.parametrize("start", [b"", PNG, JPEG, b"RIFF\0\0\0\0WEBP"])
@given(content=st.binary(max_size=300))
def test_any_bytes_can_be_taken_apart(start: bytes, content: bytes) -> None:
    assert 1 <= take_apart(start + content).orientation <= 8
    assert 1 <= read_orientation(b"II*\0\10\0\0\0" + content) <= 8


@pytest.mark.parametrize(
    "content",
    [
        PNG + HEADER + png_chunk(b"eXIf", exif(1)) * 150_000,
        JPEG[:2] + segment(0xE1, exif(1)) * 100_000,
        JPEG[:2] + b"\xff" * 4_000_000,
        b"RIFF\0\0\0\0WEBP" + bytes(4_000_000),
    ],
)
def test_many_pieces_take_little_time(content: bytes) -> None:
    began = time.process_time()
    take_apart(content)
    assert time.process_time() - began < 3
