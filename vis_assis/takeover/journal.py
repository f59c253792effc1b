"""Records that a command is running, so that the next one knows of an interrupted run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol


class Copy(Protocol):
    """A copy of the journal that outlives this machine."""

    def read(self) -> str | None:
        """What was kept; None when nothing is."""

    def write(self, text: str) -> None:
        """Keeps the text."""

    def remove(self) -> None:
        """Forgets it."""


@contextmanager
def under_way(journal: Path, command: str, copy: Copy | None = None) -> Iterator[None]:
    """Keeps the journal while the block runs; it stays when the block fails or is killed.

    Args:
        journal: the file.
        command: what is under way, such as `deploy`.
        copy: kept as long as the file; None where the machine stays.
    """
    journal.parent.mkdir(parents=True, exist_ok=True)
    text = f"{command} begun {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC\n"
    with journal.open("w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    if copy is not None:
        copy.write(text)
    yield
    close(journal, copy)


def close(journal: Path, copy: Copy | None = None) -> None:
    """Records that nothing is running, and that no interrupted run is left to repair."""
    if copy is not None:
        copy.remove()
    journal.unlink(missing_ok=True)


def cut_off(journal: Path, copy: Copy | None = None) -> str | None:
    """The command that did not end, as in `deploy begun 2026-01-31 12:00:00 UTC`, if any.

    Args:
        journal: the file.
        copy: asked where there is no file, which a machine that was thrown away took along.
    """
    left = journal.read_text() if journal.is_file() else copy.read() if copy is not None else None
    return left.strip() if left else None
