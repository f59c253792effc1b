"""Remembers that a command is under way, so that the next one knows of a run that was cut off."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path


@contextmanager
def under_way(journal: Path, command: str) -> Iterator[None]:
    """Keeps the journal while the block runs; it stays when the block fails or is killed.

    Args:
        journal: the file.
        command: what is under way, such as `deploy`.
    """
    journal.parent.mkdir(parents=True, exist_ok=True)
    with journal.open("w") as file:
        file.write(f"{command} begun {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC\n")
        file.flush()
        os.fsync(file.fileno())
    yield
    journal.unlink(missing_ok=True)


def cut_off(journal: Path) -> str | None:
    """The command that did not end, as in `deploy begun 2026-01-31 12:00:00 UTC`, if any."""
    return journal.read_text().strip() if journal.is_file() else None
