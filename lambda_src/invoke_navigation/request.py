"""What the browser app sends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from common.http_api import HttpError
from invoke_navigation.image_data import ImageData, read_image

IMAGE = "image_data"
PROMPTS = ("prompt_1", "prompt_2", "prompt_3", "prompt_4")
# What the model refuses: more text than it was trained on, and the word that its processor
# expands into the positions of the image.
MAX_PROMPT_CHARACTERS = 1000


@dataclass(frozen=True)
class Request:
    """A checked request.

    Parameters:
        prompts: by field name, all four.
    """

    image: ImageData
    prompts: Mapping[str, str]


def read_request(fields: Mapping[str, Any]) -> Request:
    """Checks the fields; unknown ones are ignored.

    Errors: `HttpError` 400 or 413 that names the field.
    """
    prompts = {name: _prompt(fields.get(name), name) for name in PROMPTS}
    return Request(image=read_image(fields.get(IMAGE), IMAGE), prompts=prompts)


def _prompt(value: Any, field: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise HttpError(400, f"{field} must be a text that is not empty.")
    if len(value) > MAX_PROMPT_CHARACTERS:
        raise HttpError(400, f"{field} is longer than {MAX_PROMPT_CHARACTERS} characters.")
    # JSON may carry half a character ("\ud83d"), which no model can read.
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise HttpError(400, f"{field} is not valid Unicode.")
    return value
