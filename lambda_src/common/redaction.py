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

_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    # The query string is what makes a presigned URL a credential; its path helps to find a fault.
    (
        re.compile(
            r"(https?://[^\s?\"'<>]+)\?[^\s\"'<>]*(?:X-Amz-|AWSAccessKeyId=)[^\s\"'<>]*", re.I
        ),
        rf"\1?{REDACTED}",
    ),
    (re.compile(r"data:[\w.+-]+/[\w.+-]+;base64,[A-Za-z0-9+/=_-]*"), REDACTED),
    (re.compile(r"\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)*"), REDACTED),
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
        for pattern, replacement in _PATTERNS:
            value = pattern.sub(replacement, value)
        return value
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


def _names_a_secret(key: object) -> bool:
    return re.sub(r"[^a-z0-9]", "", str(key).lower()) in SECRET_NAMES
