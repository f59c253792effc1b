"""What the reading commands print: JSON for programs, or lines that any width can wrap."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.filesize import decimal
from rich.progress import Progress
from rich.table import Table

from vis_assis.cli.choices import is_plain

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


def print_table(table: Table) -> None:
    """Prints a table; in plain output a line for each row, which names each column."""
    if not is_plain():
        Console().print(table)
        return
    cells = [list(column.cells) for column in table.columns]
    for row in zip(*cells, strict=True):
        named = zip(table.columns, row, strict=True)
        print(joined(f"{column.header}: {value}" for column, value in named))


@contextmanager
def progress() -> Iterator[Callable[[int, int], None]]:
    """Shows how far an upload is: on one line at a terminal, else a line for each tenth."""
    tenths: set[int] = set()

    def tell(done: int, total: int) -> None:
        tenth = done * 10 // total
        if tenth not in tenths:
            tenths.add(tenth)
            print(f"{tenth * 10} % of {size(total)}")

    if is_plain():
        yield tell
        return
    with Progress(*Progress.get_default_columns(), transient=True) as bar:
        task = bar.add_task("upload", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


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
