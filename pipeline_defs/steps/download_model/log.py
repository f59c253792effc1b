"""The step's log: one JSON line per entry with the execution's id, as promotion writes them."""

import json
import os
import sys


def info(message: str) -> None:
    """Write what was done."""
    print(_line("INFO", message), flush=True)


def error(message: str) -> None:
    """Write why the step fails."""
    print(_line("ERROR", message), file=sys.stderr, flush=True)


def _line(level: str, message: str) -> str:
    entry = {"level": level, "message": message, "correlation_id": os.environ.get("CORRELATION_ID")}
    return json.dumps(entry)
