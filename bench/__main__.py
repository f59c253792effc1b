"""Command line: `make bench`."""

from __future__ import annotations

import shutil

from rich.console import Console

from bench import report, suite
from vis_assis.build.environments import ROOT

FOLDER = ROOT / "build" / "bench"
REPORT = ROOT / "build" / "bench.json"
# Wide enough for the table where the output is a file and no terminal says how wide it is.
FILE_COLUMNS = 200


def main() -> None:
    """Measures, shows and writes."""
    console = Console()
    if not console.is_terminal:
        console = Console(width=FILE_COLUMNS)
    shutil.rmtree(FOLDER, ignore_errors=True)
    results = []
    try:
        for result in suite.run(FOLDER):
            done = result.comparison
            console.print(f"{done.name}, {done.setting}: {result.times_as_fast:.2f} times as fast")
            results.append(result)
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)
    report.write(REPORT, results)
    console.print(report.table(results))
    console.print(f"wrote {REPORT.relative_to(ROOT)}")


main()
