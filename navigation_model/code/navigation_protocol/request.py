"""From the bytes of a request to an image file and its questions."""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass
from typing import Any

from .questions import Question, parse_prompt, parse_questions
from .refusal import Refusal

JSON = "application/json"
# The API's function takes 6 MB per call (AWS Lambda quota) and base64 adds a third: what is
# larger cannot have come through it. The model sees 224 x 224 pixels anyway.
MAX_IMAGE_BYTES = 4_500_000

_DATA_URL = re.compile(r"data:[\w.+-]+/[\w.+-]+(?:;[\w.+-]+=[\w.+-]+)*;base64,")
_SINGLE = "answer"


@dataclass(frozen=True)
class NavigationRequest:
    """A checked request.

    Args:
        image: the image file, still encoded.
        questions: what to ask about it, at least one.
        single: whether the client sent one prompt and expects one answer.
    """

    image: bytes
    questions: tuple[Question, ...]
    single: bool

    def payload(self, answers: dict[str, str | None]) -> dict[str, Any]:
        """The answers in the form that this request asked for."""
        return {"answer": answers[_SINGLE]} if self.single else {"answers": answers}


def parse_request(body: str | bytes | bytearray, content_type: str | None) -> NavigationRequest:
    """Checks everything about a request that needs no image library.

    Args:
        body: text or bytes, as the model server hands it over.
        content_type: value of the header, parameters allowed.

    Raises:
        Refusal: 415 for another content type, 413 for an oversize image, 400 for the rest.
    """
    if (content_type or "").partition(";")[0].strip().lower() != JSON:
        raise Refusal(415, f"Content type {content_type!r} is not supported: send {JSON}.")
    fields = _object(body)
    if unknown := sorted(set(fields) - {"image", "prompt", "questions"}):
        raise Refusal(
            400, f"Unknown field {unknown[0]!r}: send image and either prompt or questions."
        )
    if ("prompt" in fields) == ("questions" in fields):
        raise Refusal(400, "Send either prompt or questions.")
    single = "prompt" in fields
    questions = (
        (Question(_SINGLE, parse_prompt(fields["prompt"], "prompt")),)
        if single
        else parse_questions(fields["questions"])
    )
    return NavigationRequest(decode_base64(fields.get("image")), questions, single)


def _object(body: str | bytes | bytearray) -> dict[str, Any]:
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError):
        raise Refusal(400, "The body is not valid JSON in UTF-8.") from None
    if not isinstance(fields, dict):
        raise Refusal(400, "The body must be a JSON object.")
    return fields


def decode_base64(value: Any) -> bytes:
    """The bytes of a base64 text or data URL.

    Raises:
        Refusal: 400 when it is neither, 413 when it is larger than MAX_IMAGE_BYTES.
    """
    if not isinstance(value, str) or not value:
        raise Refusal(400, "image must be base64 text or a data URL.")
    if value.startswith("data:"):
        prefix = _DATA_URL.match(value[:200])
        if prefix is None:
            raise Refusal(400, "image is a data URL that does not begin data:<type>;base64,")
        value = value[prefix.end() :]
    if len(value) * 3 // 4 - value[-2:].count("=") > MAX_IMAGE_BYTES:
        raise Refusal(413, f"image is larger than {MAX_IMAGE_BYTES} bytes: send a smaller one.")
    try:
        content = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise Refusal(400, "image is not valid base64.") from None
    if not content:
        raise Refusal(400, "image is empty.")
    return content
