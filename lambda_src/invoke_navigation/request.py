"""What the browser app sends."""

from __future__ import annotations

import hashlib
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
_DAY_MILLISECONDS = 24 * 3600 * 1000


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


def read_sender(event: Mapping[str, Any]) -> dict[str, Any]:
    """Whose picture it is and which of theirs, as the model's protocol says it.

    The model takes users in turn, and leaves out a picture that a newer one has overtaken. As it
    may capture requests, it gets a digest of the user's random id and the day: whoever reads the
    captures cannot tell who a user is, nor whether two days have the same one.

    Parameters:
        event: of the gateway; one without a user's token gives nothing.
    """
    try:
        context = event["requestContext"]
        user, moment = context["authorizer"]["jwt"]["claims"]["sub"], context["timeEpoch"]
        caller = hashlib.sha256(f"{moment // _DAY_MILLISECONDS} {user}".encode())
    except (KeyError, TypeError):
        return {}
    return {"caller": caller.hexdigest()[:32], "sequence": moment}


def _prompt(value: Any, field: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise HttpError(400, f"{field} must be a text that is not empty.")
    if len(value) > MAX_PROMPT_CHARACTERS:
        raise HttpError(400, f"{field} is longer than {MAX_PROMPT_CHARACTERS} characters.")
    # JSON may carry half a character ("\ud83d"), which no model can read.
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise HttpError(400, f"{field} is not valid Unicode.")
    return value
