"""Reads environment variables and names the one that is wrong."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from common.errors import SettingsError


def text(environment: Mapping[str, str], name: str) -> str:
    """Value of a required variable; `SettingsError` when it is missing or empty."""
    value = environment.get(name, "").strip()
    if not value:
        raise SettingsError(f"environment variable {name} is missing: set it on the function")
    return value


def positive_integer(environment: Mapping[str, str], name: str) -> int:
    """Value of a required variable that must be a whole number of at least 1."""
    value = text(environment, name)
    if not value.isascii() or not value.isdigit() or int(value) < 1:
        raise SettingsError(
            f"environment variable {name} is {value!r}: set it to a whole number of at least 1"
        )
    return int(value)


def json_object(environment: Mapping[str, str], name: str) -> dict[str, Any]:
    """Value of a required variable that must hold a JSON object with at least one entry."""
    value = text(environment, name)
    try:
        parsed = json.loads(value)
    except json.JSONDecodeError as exc:
        raise SettingsError(f"environment variable {name} is not JSON: {exc}") from exc
    if not isinstance(parsed, dict) or not parsed:
        raise SettingsError(f"environment variable {name} must hold a non-empty JSON object")
    return parsed
