"""Images reach the model as a page shows them: upright, in RGB, on white; never a fault of ours.

Runs on the Pillow of requirements/model.in and on that of requirements/pillow.in.
"""

from __future__ import annotations

import struct
import subprocess
import sys
import zlib
from collections.abc import Iterable
from pathlib import Path

import pytest
from PIL import Image

from image_decoding import MAX_MEGAPIXELS, MAX_SIDE, decode_image
from navigation_protocol.refusal import Refusal
from tests.fakes.exif import ODD_EXIF, exif, png_chunk
from tests.navigation_model.served.image_files import encoded

RED, BLUE, WHITE = (255, 0, 0), (0, 0, 255), (255, 255, 255)
GREY, COLOUR, PALETTE, GREY_ALPHA, COLOUR_ALPHA = 0, 2, 3, 4, 6
TWO_COLOURS = png_chunk(b"PLTE", bytes([*RED, *BLUE]))
CODE = Path(__file__).resolve().parents[3] / "navigation_model" / "code"


def png(depth: int, colour: int, row: bytes, width: int, *chunks: bytes) -> bytes:
    """A PNG of one row of samples."""
    header = struct.pack(">IIBBBBB", width, 1, depth, colour, 0, 0, 0)
    return b"".join(
        [
            b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header),
            *chunks,
            png_chunk(b"IDAT", zlib.compress(b"\0" + row)) + png_chunk(b"IEND", b""),
        ]
    )


def shorts(*values: int) -> bytes:
    return struct.pack(f">{len(values)}H", *values)


def transparent(*values: int) -> bytes:
    return png_chunk(b"tRNS", shorts(*values))


def greys(*values: int) -> list[tuple[int, int, int]]:
    return [(value, value, value) for value in values]


def frames(image_format: str, **options: object) -> bytes:
    red, blue = (Image.new("RGB", (16, 16), colour) for colour in (RED, BLUE))
    return encoded(red, image_format, save_all=True, append_images=[blue], **options)


def cmyk(*pixel: int) -> bytes:
    return encoded(Image.new("CMYK", (16, 16), pixel), "JPEG", quality=100)


def ycck(jpeg: bytes) -> bytes:
    """The same samples, called YCCK by Adobe's marker."""
    at = jpeg.index(b"Adobe") + 11
    return jpeg[:at] + b"\2" + jpeg[at + 1 :]


def without_adobe(jpeg: bytes) -> bytes:
    at = jpeg.index(b"\xff\xee")
    return jpeg[:at] + jpeg[at + 16 :]


SHOWN = {
    "grey 16": (png(16, GREY, shorts(0, 16128, 32256, 64512), 4), greys(0, 63, 126, 252)),
    "grey 16, one transparent": (
        png(16, GREY, shorts(0, 256, 257), 3, transparent(257)),
        greys(0, 1, 255),
    ),
    "grey 8, one transparent": (png(8, GREY, b"\0\7\10", 3, transparent(7)), greys(0, 255, 8)),
    "grey 4, one transparent": (png(4, GREY, b"\x98", 2, transparent(9)), greys(255, 136)),
    "grey 2, one transparent": (
        png(2, GREY, b"\x1b", 4, transparent(1)),
        greys(0, 255, 170, 255),
    ),
    "grey 1": (png(1, GREY, b"\x40", 2), greys(0, 255)),
    "grey 1, black transparent": (png(1, GREY, b"\x40", 2, transparent(0)), greys(255, 255)),
    "colour 8, one transparent": (
        png(8, COLOUR, bytes([1, 2, 3, 1, 2, 4]), 2, transparent(1, 2, 3)),
        [WHITE, (1, 2, 4)],
    ),
    "colour 16, one transparent": (
        png(16, COLOUR, shorts(258, 515, 772, 65280, 0, 0), 2, transparent(258, 515, 772)),
        [WHITE, RED],
    ),
    "colour with a cut tRNS": (
        png(8, COLOUR, bytes(RED), 1, png_chunk(b"tRNS", b"\0")),
        [RED],
    ),
    "palette": (png(8, PALETTE, b"\0\1", 2, TWO_COLOURS), [RED, BLUE]),
    "palette 4, partly transparent": (
        png(4, PALETTE, b"\x01", 2, TWO_COLOURS, png_chunk(b"tRNS", b"\0\x80")),
        [WHITE, (127, 127, 255)],
    ),
    "grey and alpha 8": (png(8, GREY_ALPHA, b"\0\x80\0\0", 2), greys(127, 255)),
    "grey and alpha 16": (
        png(16, GREY_ALPHA, shorts(0x8000, 0xFFFF, 0, 0), 2),
        greys(128, 255),
    ),
    "colour and alpha 8": (png(8, COLOUR_ALPHA, bytes([*RED, 255, *RED, 0]), 2), [RED, WHITE]),
    "WebP with alpha": (
        encoded(Image.new("RGBA", (1, 1), (*RED, 0)), "WEBP", lossless=True, exact=True),
        [WHITE],
    ),
    "CMYK": (cmyk(0, 255, 255, 0), [RED]),
    "CMYK without Adobe's marker": (without_adobe(cmyk(0, 255, 255, 0)), [RED]),
    "YCCK": (ycck(cmyk(100, 127, 127, 0)), greys(100)),
    "animated PNG": (frames("PNG"), [RED]),
    "animated WebP": (frames("WEBP", lossless=True), [RED]),
    "MPO": (frames("MPO", quality=95), [RED]),
    "text with a bad checksum": (png(8, GREY, b"\7", 1, b"\0\0\0\1tEXtA\0\0\0\0"), greys(7)),
    "profile that unpacks to 50 MB": (
        png(8, GREY, b"\7", 1, png_chunk(b"iCCP", b"n\0\0" + zlib.compress(bytes(50 << 20)))),
        greys(7),
    ),
    "profile that is none": (
        encoded(Image.new("RGB", (16, 16), RED), "JPEG", quality=95, icc_profile=b"no profile"),
        [RED],
    ),
}


@pytest.mark.parametrize(("content", "pixels"), SHOWN.values(), ids=SHOWN)
def test_pixels_are_those_that_a_page_shows(
    content: bytes, pixels: list[tuple[int, int, int]]
) -> None:
    decoded = decode_image(content)
    assert decoded.mode == "RGB"
    seen = [decoded.getpixel((x, 0)) for x in range(len(pixels))]
    assert all(
        abs(one - other) <= 1
        for got, wanted in zip(seen, pixels, strict=True)
        for one, other in zip(got, wanted, strict=True)
    ), seen


# A corner of another colour shows every turn; lossless, large enough for JPEG's blocks.
CORNER = Image.new("RGB", (48, 32), BLUE)
CORNER.paste(RED, (0, 0, 16, 16))
TURNED_TO = {
    1: ((0, 0), (48, 32)),
    2: ((47, 0), (48, 32)),
    3: ((47, 31), (48, 32)),
    4: ((0, 31), (48, 32)),
    5: ((0, 0), (32, 48)),
    6: ((31, 0), (32, 48)),
    7: ((31, 47), (32, 48)),
    8: ((0, 47), (32, 48)),
}


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", TURNED_TO)
def test_images_are_turned_upright(image_format: str, orientation: int) -> None:
    decoded = decode_image(encoded(CORNER, image_format, exif=exif(orientation)))
    corner, size = TURNED_TO[orientation]
    assert decoded.size == size
    red, _, blue = decoded.getpixel(corner)
    assert red > blue


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize(("block", "orientation"), ODD_EXIF.values(), ids=ODD_EXIF)
def test_odd_exif_hides_no_image(image_format: str, block: bytes, orientation: int) -> None:
    decoded = decode_image(encoded(CORNER, image_format, exif=block))
    assert decoded.size == TURNED_TO[orientation][1]


def _cut(content: bytes) -> Iterable[bytes]:
    return (content[: len(content) * part // 8] for part in range(1, 8))


PHOTO = Image.effect_noise((64, 64), 80).convert("RGB")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no image",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff",
        b"RIFF\0\0\0\0WEBP",
        encoded(PHOTO, "GIF"),
        encoded(PHOTO, "BMP"),
        encoded(PHOTO, "TIFF"),
        encoded(PHOTO, "PPM"),
        *_cut(encoded(PHOTO, "PNG")),
        *_cut(encoded(PHOTO, "JPEG")),
        *_cut(encoded(PHOTO, "JPEG", progressive=True)),
        *_cut(encoded(PHOTO, "WEBP")),
    ],
)
def test_what_is_no_whole_image_is_the_clients_fault(content: bytes) -> None:
    with pytest.raises(Refusal, match=r"not a JPEG, PNG or WebP file|damaged or cut off") as caught:
        decode_image(content)
    assert caught.value.status == 400


@pytest.mark.parametrize(
    "error",
    [SyntaxError, struct.error, TypeError, EOFError, MemoryError, KeyError, AssertionError],
)
def test_whatever_a_decoder_raises_is_the_clients_fault(
    error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: Image.Image) -> None:
        raise error("secret bytes")

    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", fail)
    with pytest.raises(Refusal) as caught:
        decode_image(encoded(PHOTO))
    assert (caught.value.status, "secret" in caught.value.message) == (400, False)


@pytest.mark.parametrize("size", [(10_000, 8_000), (100_000, 100_000), (MAX_SIDE + 1, 1)])
def test_too_many_pixels_are_413(size: tuple[int, int]) -> None:
    whole = encoded(Image.new("1", (1, 1)))
    header = struct.pack(">II", *size) + whole[24:29]
    claim = whole[:8] + png_chunk(b"IHDR", header) + whole[33:]
    with pytest.raises(Refusal, match="pixels") as caught:
        decode_image(claim)
    assert caught.value.status == 413


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP"])
def test_a_reduced_image_looks_the_same_to_the_model(image_format: str) -> None:
    large = Image.radial_gradient("L").resize((3000, 2000)).convert("RGB")
    large.paste(RED, (700, 400, 1500, 900))
    options = {"quality": 95} if image_format != "PNG" else {}
    reduced = decode_image(encoded(large, image_format, **options))
    assert reduced.width * reduced.height < 2_000_000
    seen, wanted = (
        image.resize((224, 224), Image.Resampling.BICUBIC).tobytes() for image in (reduced, large)
    )
    assert sum(abs(a - b) for a, b in zip(seen, wanted, strict=True)) / len(seen) < 1.5


MEASURE = """
import sys
from pathlib import Path
from PIL import Image
from image_decoding import decode_image

def peak():
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) // 1024

Image.init()
content = Path(sys.argv[1]).read_bytes()
before = peak()
decode_image(content)
print(peak() - before)
"""


def _largest(image_format: str, mode: str, **options: object) -> bytes:
    width = 8000
    height = MAX_MEGAPIXELS[image_format] * 1_000_000 // width
    return encoded(Image.new(mode, (width, height)), image_format, **options)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads Linux's peak memory")
@pytest.mark.parametrize(
    ("image_format", "mode", "options", "megabytes"),
    [
        ("JPEG", "RGB", {}, 50),
        ("JPEG", "CMYK", {"progressive": True}, 420),
        ("PNG", "RGBA", {"compress_level": 1}, 230),
        ("PNG", "I;16", {"compress_level": 1}, 130),
        ("WEBP", "RGBA", {"method": 0, "quality": 0}, 420),
    ],
)
def test_the_largest_images_decode_in_bounded_memory(
    tmp_path: Path, image_format: str, mode: str, options: dict[str, object], megabytes: int
) -> None:
    file = tmp_path / "image"
    file.write_bytes(_largest(image_format, mode, **options))
    command = [sys.executable, "-c", MEASURE, str(file)]
    done = subprocess.run(command, cwd=CODE, capture_output=True, text=True, check=True)
    assert int(done.stdout) < megabytes
