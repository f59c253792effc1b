"""`make mutants`: breaks each promise of faults.yaml in a copy of the tree and runs its tests."""

from __future__ import annotations

import argparse
import json
import re
import sys
from dataclasses import asdict
from pathlib import Path

from tests.mutants.runner import CAUGHT, Result, judge, read_faults

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
REPORT = ROOT / "build" / "mutants.json"
WITNESSES = ROOT / ".cache" / "mutants.json"
"""The test that noticed each fault, which the next run tries first."""


def main() -> None:
    """Ends with 1 when a fault slipped, no longer applies, or cannot be judged."""
    parser = argparse.ArgumentParser(prog="make mutants", description=main.__doc__)
    parser.add_argument("--only", default="", help="regular expression for promise or address")
    parser.add_argument("--jobs", type=int, default=2, help="copies of the tree at a time")
    options = parser.parse_args()
    faults = [
        fault
        for fault in read_faults(HERE / "faults.yaml")
        if re.search(options.only, f"{fault.promise} {fault.at}", re.IGNORECASE)
    ]
    known = json.loads(WITNESSES.read_text()) if WITNESSES.exists() else {}
    results = judge(
        ROOT,
        faults,
        lambda result: print(line(result), flush=True),
        jobs=options.jobs,
        known=known,
    )
    known |= {item.fault.promise: item.witness for item in results if item.verdict == CAUGHT}
    WITNESSES.write_text(json.dumps(known, indent=1) + "\n")
    REPORT.write_text(json.dumps([asdict(result) for result in results], indent=1) + "\n")
    bad = [result for result in results if result.verdict != CAUGHT]
    print(f"\n{len(results) - len(bad)} of {len(results)} faults are noticed; see {REPORT}")
    for result in bad:
        print(line(result))
    sys.exit(1 if bad or not results else 0)


def line(result: Result) -> str:
    """A line of the table."""
    fault = result.fault
    shown = f"{result.verdict:8} {result.seconds:6.1f} s  {fault.promise}  [{fault.at}]"
    return f"{shown}  {result.witness}".rstrip()


if __name__ == "__main__":
    main()
