"""Repairs a local state file whose write was interrupted."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path


def mend(state: Path) -> str | None:
    """Replaces an unreadable state file by Terraform's backup, if that is readable.

    Terraform truncates and rewrites the file in place. The damaged file is kept beside it. What
    neither file knows is found again by its name, see `vis_assis.takeover.adopt`.

    Args:
        state: the state file; it need not exist.

    Returns:
        What was done, in a line for the user; None when the file is sound or missing.
    """
    if not state.exists() or _is_readable(state):
        return None
    backup = state.with_name(f"{state.name}.backup")
    has_backup = backup.exists() and _is_readable(backup)
    if not state.stat().st_size and not has_backup:
        return None  # as Terraform makes it, before the first resource is recorded
    aside = state.with_name(f"{state.name}.damaged-{datetime.now(UTC):%Y%m%dT%H%M%S}")
    state.replace(aside)
    if has_backup:
        state.write_bytes(backup.read_bytes())
        return f"The state file was left half-written: its backup is used ({aside.name} is kept)"
    return f"The state file was left half-written: starting without it ({aside.name} is kept)"


def _is_readable(file: Path) -> bool:
    try:
        return isinstance(json.loads(file.read_text()), dict)
    except ValueError:
        return False
