"""From the bytes of a request to an image file and its questions."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .questions import Question, parse_prompt, parse_questions
from .refusal import Refusal

JSON = "application/json"
# The API's function takes 6 MB per call (AWS Lambda quota) and base64 adds a third: what is
# larger cannot have come through it. The model sees 224 x 224 pixels anyway.
MAX_IMAGE_BYTES = 4_500_000
MAX_CALLER_CHARACTERS = 64
MAX_SEQUENCE = 2**63 - 1
# Status of a request that a newer one of its caller has overtaken.
OVERTAKEN = 409

_DATA_URL = re.compile(r"data:[\w.+-]+/[\w.+-]+(?:;[\w.+-]+=[\w.+-]+)*;base64,")
_SINGLE = "answer"
_FIELDS = {"image", "prompt", "questions", "caller", "sequence"}


@dataclass(frozen=True)
class Sender:
    """Whose request it is and which of theirs.

    Args:
        caller: opaque; None where nothing is known of the caller.
        sequence: grows from one request of a caller to the next; None where it has none.
    """

    caller: str | None = None
    sequence: int | None = None


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

    def payload(
        self, answers: dict[str, str | None], milliseconds: Mapping[str, float] | None = None
    ) -> dict[str, Any]:
        """The answers in the form that was asked for.

        Args:
            milliseconds: of each stage, told with the answers to a tree.
        """
        if self.single:
            return {"answer": answers[_SINGLE]}
        if milliseconds is None:
            return {"answers": answers}
        rounded = {stage: round(taken, 1) for stage, taken in milliseconds.items()}
        return {"answers": answers, "milliseconds": rounded}


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
    if unknown := sorted(set(fields) - _FIELDS):
        raise Refusal(
            400, f"Unknown field {unknown[0]!r}: send image and either prompt or questions."
        )
    if ("prompt" in fields) == ("questions" in fields):
        raise Refusal(400, "Send either prompt or questions.")
    _sender(fields)
    single = "prompt" in fields
    questions = (
        (Question(_SINGLE, parse_prompt(fields["prompt"], "prompt")),)
        if single
        else parse_questions(fields["questions"])
    )
    return NavigationRequest(decode_base64(fields.get("image")), questions, single)


def read_sender(body: str | bytes | bytearray) -> Sender:
    """Who sent a request, for the queue; nobody where `parse_request` will refuse it."""
    try:
        return _sender(_object(body))
    except Refusal:
        return Sender()


def _sender(fields: dict[str, Any]) -> Sender:
    caller, sequence = fields.get("caller"), fields.get("sequence")
    if caller is not None and not (
        isinstance(caller, str) and 0 < len(caller) <= MAX_CALLER_CHARACTERS
    ):
        raise Refusal(400, f"caller must be a text of 1 to {MAX_CALLER_CHARACTERS} characters.")
    if sequence is not None and (type(sequence) is not int or not 0 <= sequence <= MAX_SEQUENCE):
        raise Refusal(400, "sequence must be an integer from 0.")
    if caller is None and sequence is not None:
        raise Refusal(400, "sequence needs a caller.")
    return Sender(caller, sequence)


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
