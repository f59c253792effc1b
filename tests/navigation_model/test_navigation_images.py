"""Images reach the model upright, in RGB, whatever a phone sends."""

from __future__ import annotations

import pytest
from PIL import Image

from image_decoding import decode_image
from tests.navigation_model.image_files import encoded


def test_the_orientation_of_a_phone_photo_is_applied() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: rotate by 90 degrees to show
    photo = encoded(Image.new("RGB", (60, 40)), "JPEG", exif=exif)
    assert decode_image(photo).size == (40, 60)


@pytest.mark.parametrize("mode", ["RGBA", "L", "P", "1", "I;16"])
def test_every_mode_becomes_rgb(mode: str) -> None:
    decoded = decode_image(encoded(Image.new(mode, (3, 2))))
    assert (decoded.mode, decoded.size) == ("RGB", (3, 2))
