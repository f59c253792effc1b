"""Stand-in for the navigation model: the same protocol, no model and no packages.

It knows the size of the image and nothing else, and every answer says so. It serves to try the
path of a release (upload, endpoint, rollback) where PaliGemma would be too large.
"""

from __future__ import annotations

import json
import re
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from navigation_protocol.container import Context, Failure, attempt, respond
from navigation_protocol.questions import ask_all
from navigation_protocol.refusal import Refusal
from navigation_protocol.request import NavigationRequest, parse_request

DESCRIPTION = (
    "No model: answers yes or no when the prompt says wide, high or large "
    "(a megapixel or more), after the size of the image; anything else is unknown."
)
_PNG = b"\x89PNG\r\n\x1a\n"
# Start-of-frame markers of JPEG (ITU-T T.81, table B.1): C0-CF without DHT, JPG and DAC.
_FRAMES = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


@dataclass(frozen=True)
class StandIn:
    """What the release says about itself.

    Args:
        label: from `release.json`.
    """

    label: str

    def answer(self, width: int, height: int, prompt: str) -> str:
        """Answers by the first word of the prompt that is about size."""
        facts = {"wide": width > height, "high": height > width, "large": width * height >= 10**6}
        for word in re.findall(r"\w+", prompt.lower()):
            if word in facts:
                return "yes" if facts[word] else "no"
        return "unknown"


def model_fn(model_dir: str, context: Context | None = None) -> StandIn:
    """Reads the label of the release."""
    return StandIn(json.loads(Path(model_dir, "release.json").read_text("utf-8"))["label"])


def input_fn(
    body: str | bytes | bytearray, content_type: str | None, context: Context | None = None
) -> NavigationRequest | Failure:
    """Checks the request as the real one does."""
    return attempt(lambda: parse_request(body, content_type), context)


def predict_fn(
    request: NavigationRequest | Failure, model: StandIn, context: Context | None = None
) -> dict[str, Any] | Failure:
    """Answers from the size of the image and says that it did only that."""
    if isinstance(request, Failure):
        return request

    def ask() -> dict[str, Any]:
        width, height = image_size(request.image)
        answers = ask_all(request.questions, lambda p: model.answer(width, height, p))
        stand_in = {"description": DESCRIPTION, "label": model.label}
        return {**request.payload(answers), "stand_in": stand_in}

    return attempt(ask, context)


def output_fn(
    result: dict[str, Any] | Failure, accept: str | None, context: Context | None = None
) -> str:
    """The response body, with its status set."""
    return respond(result, accept, context)


def image_size(content: bytes) -> tuple[int, int]:
    """Width and height in pixels.

    Raises:
        Refusal: 400 when it is neither a PNG nor a JPEG file, or cut off before its size.
    """
    size = _png(content) or _jpeg(content)
    if size is None or 0 in size:
        raise Refusal(400, "image is not a PNG or JPEG file; the stand-in reads no others.")
    return size


def _png(content: bytes) -> tuple[int, int] | None:
    if not content.startswith(_PNG) or content[12:16] != b"IHDR" or len(content) < 24:
        return None
    width, height = struct.unpack(">II", content[16:24])
    return width, height


def _jpeg(content: bytes) -> tuple[int, int] | None:
    if not content.startswith(b"\xff\xd8"):
        return None
    position = 2
    while position + 9 <= len(content) and content[position] == 0xFF:
        marker, length = struct.unpack(">BH", content[position + 1 : position + 4])
        if marker in _FRAMES:
            height, width = struct.unpack(">HH", content[position + 5 : position + 9])
            return width, height
        position += 2 + length
    return None
