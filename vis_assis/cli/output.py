"""What the reading commands print: JSON for programs, or lines that any width can wrap."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, is_dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.filesize import decimal

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON (docs/commands.md).")]


def print_json(value: Any) -> None:
    """Prints what `to_json` makes."""
    print(to_json(value))


def to_json(value: Any) -> str:
    """Dataclasses and what holds them as JSON; times as ISO 8601."""
    return json.dumps(value, indent=2, default=_encoded)


def minute(when: datetime | str) -> str:
    """A time as people read it, in UTC."""
    if isinstance(when, str):
        when = datetime.fromisoformat(when)
    return f"{when.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def size(count: int | None) -> str:
    """Bytes as people read them."""
    return "size unknown" if count is None else decimal(count)


def joined(parts: Iterable[str | None]) -> str:
    """What is known, in one line."""
    return ", ".join(part for part in parts if part)


def _encoded(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{value!r} cannot be written as JSON")
