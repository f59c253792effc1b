"""The results as a table and as JSON."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.table import Table

from bench.comparison import Measured, Result


def table(results: Iterable[Result]) -> Table:
    """One row per result; ratios above 1 speak for ours."""
    shown = Table(title="usual ÷ ours, medians", title_justify="left")
    for heading in ("comparison", "setting", "ours", "usual way"):
        shown.add_column(heading)
    for heading in ("ours", "usual", "times as fast", "bytes, ours", "usual", "times the bytes"):
        shown.add_column(heading, justify="right")
    for result in results:
        shown.add_row(
            result.comparison.name,
            result.comparison.setting,
            result.ours.label,
            result.usual.label,
            f"{result.ours.seconds * 1000:.1f} ms",
            f"{result.usual.seconds * 1000:.1f} ms",
            f"{result.times_as_fast:.2f}",
            _bytes(result.ours),
            _bytes(result.usual),
            "" if result.times_the_bytes is None else f"{result.times_the_bytes:.2f}",
        )
    return shown


def write(target: Path, results: Iterable[Result]) -> None:
    """Writes the JSON; times in seconds, ratios of the usual way to ours."""
    target.parent.mkdir(parents=True, exist_ok=True)
    document = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "results": [_entry(result) for result in results],
    }
    target.write_text(json.dumps(document, indent=2) + "\n")


def _entry(result: Result) -> dict[str, Any]:
    return {
        "comparison": result.comparison.name,
        "setting": result.comparison.setting,
        "rounds": result.rounds,
        "ours": _side(result.ours),
        "usual": _side(result.usual),
        "times_as_fast": round(result.times_as_fast, 3),
        "times_the_bytes": result.times_the_bytes and round(result.times_the_bytes, 3),
    }


def _side(measured: Measured) -> dict[str, Any]:
    return {
        "way": measured.label,
        "seconds": round(measured.seconds, 6),
        "bytes": measured.bytes_moved,
    }


def _bytes(measured: Measured) -> str:
    return "" if measured.bytes_moved is None else f"{measured.bytes_moved:,}"
