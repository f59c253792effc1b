"""From the bytes of an image file to upright RGB pixels, as a page shows them on white."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

from PIL import Image, ImageChops, UnidentifiedImageError

from image_file import take_apart
from navigation_protocol.refusal import Refusal

logger = logging.getLogger(__name__)

MEGAPIXEL = 1_000_000
# Decoding takes up to 8 bytes a pixel of a JPEG (progressive CMYK), 4 of a PNG and 16 of a WebP
# (a canvas per animation frame): 400 MB at most, whatever a small file claims.
MAX_MEGAPIXELS = {"JPEG": 50, "PNG": 50, "WEBP": 25}
MAX_SIDE = 65_535  # the limit of JPEG; one row is the least that is converted at a time
# The processor scales every image to 224 x 224; from three times that on, averaging pixels first
# gives the same result (Pillow's `reducing_gap`) and takes a fraction of the memory.
ENOUGH_PIXELS = 3 * 224
BAND_PIXELS = 1_000_000

_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def decode_image(content: bytes) -> Image.Image:
    """Decodes an image: its first frame, turned upright, transparency on white, perhaps reduced.

    Colour profiles are not applied.

    Raises:
        Refusal: 413 above MAX_MEGAPIXELS or MAX_SIDE, 400 for anything that cannot be decoded.
    """
    try:
        file = take_apart(content)
        with Image.open(io.BytesIO(file.pixels), formats=tuple(MAX_MEGAPIXELS)) as image:
            _check_size(image)
            # JPEG decodes to a half, quarter or eighth at once.
            image.draft(None, (ENOUGH_PIXELS, ENOUGH_PIXELS))
            image.load()
            if file.transparent is not None:
                image.info["transparency"] = file.transparent
            upright = _reduced(image)
    except Refusal:
        raise
    except Image.DecompressionBombError:
        raise Refusal(413, "image has too many pixels: send a smaller one.") from None
    except UnidentifiedImageError:
        raise Refusal(400, "image is not a JPEG, PNG or WebP file, or damaged.") from None
    except Exception as exc:  # noqa: BLE001 - decoders raise whatever their parser stumbles over
        logger.info("image cannot be decoded: %s", type(exc).__name__)
        raise Refusal(400, "image is damaged or cut off: send the whole file.") from None
    turn = _UPRIGHT.get(file.orientation)
    return upright if turn is None else upright.transpose(turn)


def _check_size(image: Image.Image) -> None:
    width, height = image.size
    # Pillow calls a JPEG with more images behind it MPO.
    limit = MAX_MEGAPIXELS.get(image.format or "", MAX_MEGAPIXELS["JPEG"])
    if width * height > limit * MEGAPIXEL or max(width, height) > MAX_SIDE:
        raise Refusal(
            413,
            f"image has {width} x {height} pixels: send a {image.format} of at most {limit} "
            f"megapixels and {MAX_SIDE} pixels a side.",
        )


def _reduced(image: Image.Image) -> Image.Image:
    """The image in RGB, averaged to about ENOUGH_PIXELS a side; band by band to save memory."""
    width, height = image.size
    across, down = max(1, width // ENOUGH_PIXELS), max(1, height // ENOUGH_PIXELS)
    if across == down == 1:
        return _rgb(image)
    reduced = Image.new("RGB", (-(-width // across), -(-height // down)))
    for top, bottom in _bands(height, max(1, BAND_PIXELS // width // down) * down):
        band = _rgb(image.crop((0, top, width, bottom)))
        reduced.paste(band.reduce((across, down)), (0, top // down))
    return reduced


def _bands(height: int, rows: int) -> Iterator[tuple[int, int]]:
    for top in range(0, height, rows):
        yield top, min(top + rows, height)


def _rgb(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):
        image = _eight_bits(image)
    if image.has_transparency_data:
        image = image.convert("RGBA")
        page = Image.new("RGB", image.size, "white")
        page.paste(image, mask=image)
        return page
    return image.convert("RGB")


def _eight_bits(image: Image.Image) -> Image.Image:
    """The high bytes of 16-bit grey, which Pillow would cut off at 255; transparency on white."""
    samples = image.tobytes("raw", "I;16B")
    high, low = (Image.frombytes("L", image.size, samples[half::2]) for half in (0, 1))
    transparent = image.info.get("transparency")
    if transparent is not None:
        same = [
            half.point([255 * (value == wanted) for value in range(256)])
            for half, wanted in ((high, transparent >> 8), (low, transparent & 0xFF))
        ]
        high.paste(255, mask=ImageChops.multiply(*same))
    return high
