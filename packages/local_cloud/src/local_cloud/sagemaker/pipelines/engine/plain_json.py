"""Answers of boto3 as plain JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Any


def plain_json(answer: dict[str, Any]) -> dict[str, Any]:
    """A copy without ResponseMetadata whose times are ISO 8601 text."""
    return {key: _plain(value) for key, value in answer.items() if key != "ResponseMetadata"}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value
