"""Takes secrets and images out of anything that is about to be logged."""

from __future__ import annotations

import re
from typing import Any

REDACTED = "[redacted]"

SECRET_NAMES = frozenset(
    {
        "authorization",
        "authtoken",
        "awssecretaccesskey",
        "cookie",
        "idtoken",
        "accesstoken",
        "refreshtoken",
        "imagedata",
        "password",
        "secret",
        "secretaccesskey",
        "secretstring",
        "sessiontoken",
        "token",
        "xamzsecuritytoken",
    }
)

MAX_CHARACTERS = 16_384
"""Of a text in a log entry; what is behind is only counted."""

_URL = re.compile(r"https?://[^\s\"'<>]+", re.I)
_PRESIGNED = re.compile(r"X-Amz-|AWSAccessKeyId=", re.I)
# Each matches as soon as it begins to, so that no text makes them look at it over and over.
_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"data:[\w.+-]+/[\w.+-]+;base64,[A-Za-z0-9+/=_-]*"), REDACTED),
    (re.compile(r"\beyJ[\w-]{8,}(?:\.[\w-]*)*"), REDACTED),
    (re.compile(r"\b(Bearer|Basic)\s+[\w.~+/=-]+", re.I), rf"\1 {REDACTED}"),
    (re.compile(r"\bhf_[A-Za-z0-9_]{8,}"), REDACTED),
    (re.compile(r"[A-Za-z0-9+/]{200,}={0,2}"), REDACTED),
)


def redact(value: Any) -> Any:
    """Copy of a loggable value without tokens, presigned queries or base64 bodies.

    Parameters:
        value: anything that goes into a log entry; dictionaries and lists are walked.
    """
    if isinstance(value, str):
        return _redact_text(value)
    if isinstance(value, bytes | bytearray):
        return f"[{len(value)} bytes]"
    if isinstance(value, dict):
        return {
            key: REDACTED if _names_a_secret(key) and item else redact(item)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple | set | frozenset):
        return [redact(item) for item in value]
    return value


def _redact_text(text: str) -> str:
    left_out = len(text) - MAX_CHARACTERS
    text = _URL.sub(_without_credentials, text[:MAX_CHARACTERS])
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return f"{text}… [{left_out} more characters]" if left_out > 0 else text


def _without_credentials(url: re.Match[str]) -> str:
    """The query string makes a presigned URL a credential; its path helps to find a fault."""
    path, _, query = url.group().partition("?")
    return f"{path}?{REDACTED}" if _PRESIGNED.search(query) else url.group()


def _names_a_secret(key: object) -> bool:
    return re.sub(r"[^a-z0-9]", "", str(key).lower()) in SECRET_NAMES
