"""Runs the demo: progress, a closing table, `build/demo-report.json`, and nothing left behind."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from vis_assis.build.environments import ROOT
from vis_assis.errors import CommandError
from vis_assis.journeys import demo_edge as edge, demo_navigation as navigation
from vis_assis.local.local_stack import LocalStack, local_stack
from vis_assis.terraform.interruption import interruptible

REPORT = ROOT / "build" / "demo-report.json"
STATE_DIR = ROOT / "build" / "demo"


def _table(title: str, columns: dict[str, str], rows: Iterable[Sequence[str]]) -> Table:
    """A table whose columns are justified left or right, by name."""
    table = Table(title=title, title_justify="left")
    for column, justify in columns.items():
        table.add_column(column, justify=justify)  # type: ignore[arg-type]
    for row in rows:
        table.add_row(*row)
    return table


def _tables(models: list[edge.ModelRow], releases: list[navigation.ReleaseRow]) -> list[Table]:
    left, right = "left", "right"
    return [
        _table(
            "Models in production",
            {"type": left, "version": right, "sha256": left, "bytes": right, "seconds": right},
            (
                (
                    row.type,
                    str(row.version),
                    row.sha256[:16],
                    f"{row.bytes:,}",
                    f"{row.seconds:.1f}",
                )
                for row in models
            ),
        ),
        _table(
            "Navigation endpoint",
            {"step": left, "release": left, "state": left, "seconds": right},
            ((row.step, row.release, row.state, f"{row.seconds:.1f}") for row in releases),
        ),
    ]


def _tear_down(stack: LocalStack) -> dict[str, dict[str, int]]:
    """Destroys the stack; per kind of resource, how many there were and how many are left."""
    before = {kind: len(names) for kind, names in stack.inventory().items()}
    if not before:
        raise CommandError("the inventory lists nothing of a deployed stack: it cannot be trusted")
    stack.terraform.destroy()
    after = stack.inventory()
    if after:
        left = [f"{kind} {name}" for kind, names in after.items() for name in names]
        raise CommandError("destroy left behind: " + ", ".join(left))
    return {
        kind: {"before": count, "after": len(after.get(kind, []))} for kind, count in before.items()
    }


def main(state_dir: Path = STATE_DIR) -> None:
    """Deploys, walks the edge and the navigation path, tears down; raises on any deviation.

    Args:
        state_dir: folder for the files of the local cloud and of Terraform; emptied first.

    Raises:
        EdgePathError, CommandError: when the stack does anything else than promised.
        CommandError, TerraformError: as `local_stack` does.
        KeyboardInterrupt: on a signal to end, once the local cloud has ended.
        CommandError: when destroy left something behind.
    """
    console = Console()
    begun = time.monotonic()
    timings: dict[str, float] = {}

    def progress(text: str) -> None:
        console.print(f"[dim]{time.monotonic() - begun:6.1f} s[/dim]  {text}")

    def lap(name: str) -> None:
        timings[name] = round(time.monotonic() - begun - sum(timings.values()), 1)

    REPORT.unlink(missing_ok=True)
    with interruptible(), local_stack(state_dir, report=progress) as stack:
        lap("deploy")
        rows = edge.run(stack, progress)
        lap("models")
        releases = navigation.run(stack, state_dir / "releases", progress)
        lap("navigation")
        progress("Destroying everything (about half a minute)")
        resources = _tear_down(stack)
        remaining = sum(count["after"] for count in resources.values())
        progress(f"{remaining} resources of {len(resources)} kinds remain in the local cloud")
        lap("destroy")
    report = {
        "models": [row.as_dict() for row in rows],
        "navigation": [row.as_dict() for row in releases],
        "seconds": {**timings, "total": round(time.monotonic() - begun, 1)},
        "resources": resources,
        "remaining_resources": remaining,
    }
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.write_text(json.dumps(report, indent=2) + "\n")
    for table in _tables(rows, releases):
        console.print(table)
    progress(f"Done; the report is {REPORT.relative_to(ROOT)}; `make local` keeps such a stack up")
