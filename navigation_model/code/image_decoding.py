"""From the bytes of an image file to upright RGB pixels."""

from __future__ import annotations

import io

from PIL import Image, ImageOps

from navigation_protocol.refusal import Refusal

FORMATS = ("JPEG", "PNG", "WEBP")
# What browsers and phones send; 50 megapixels decode to 150 MB, which fits beside the model
# many times over, while a small file that claims more is a decompression bomb.
MAX_PIXELS = 50_000_000


def decode_image(content: bytes) -> Image.Image:
    """Decodes an image, turned the way its EXIF orientation says.

    Raises:
        Refusal: 413 for more than MAX_PIXELS, 400 for anything that is not a whole image.
    """
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            width, height = image.size
            if width * height > MAX_PIXELS:
                raise Refusal(413, f"image has {width} x {height} pixels, limit {MAX_PIXELS}.")
            return ImageOps.exif_transpose(image).convert("RGB")
    except Image.DecompressionBombError:
        raise Refusal(413, f"image has more than {MAX_PIXELS} pixels.") from None
    except (OSError, SyntaxError, ValueError):
        raise Refusal(400, f"image is not a whole {', '.join(FORMATS)} file.") from None
