"""`make local`: a deployed local cloud in the foreground, and the file that any client needs."""

from __future__ import annotations

import json
import signal
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console

from tooling.environments import ROOT
from tooling.local_stack import LocalStack, local_stack

ENVIRONMENT_FILE = ROOT / "build" / "local.env"
STATE_DIR = ROOT / "build" / "local"


def environment_lines(cloud: Mapping[str, str], outputs: Mapping[str, Any]) -> list[str]:
    """The KEY=VALUE lines for an AWS client and each stack output as VIS_ASSIS_<OUTPUT>.

    Args:
        cloud: the variables that point an AWS client at the local cloud.
        outputs: Terraform's outputs by name; other than strings are written as compact JSON, and
            one of several lines, which is a file of its own, is left out.
    """
    lines = [f"{name}={value}" for name, value in cloud.items()]
    for name, value in sorted(outputs.items()):
        if isinstance(value, str) and "\n" in value:
            continue
        text = value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
        lines.append(f"VIS_ASSIS_{name.upper()}={text}")
    return lines


def write_environment(path: Path, stack: LocalStack) -> None:
    """Writes the file in one step: who sees it can use it."""
    temporary = path.with_suffix(".tmp")
    lines = environment_lines(stack.cloud.environment(), stack.outputs)
    temporary.write_text("\n".join(lines) + "\n")
    temporary.replace(path)


def main(port: int = 0) -> None:
    """Deploys, writes `build/local.env`, waits for Ctrl-C or SIGTERM, and cleans up.

    Args:
        port: TCP port of the local cloud; 0 takes a free one.
    """
    console = Console()
    begun = time.monotonic()
    stop = threading.Event()

    def interrupt(*_: object) -> None:
        stop.set()
        raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, interrupt)

    def progress(text: str) -> None:
        console.print(f"[dim]{time.monotonic() - begun:6.1f} s[/dim]  {text}")

    ENVIRONMENT_FILE.unlink(missing_ok=True)
    try:
        with local_stack(STATE_DIR, port=port, report=progress) as stack:
            write_environment(ENVIRONMENT_FILE, stack)
            progress(f"Ready at {stack.cloud.endpoint_url}")
            file = ENVIRONMENT_FILE.relative_to(ROOT)
            progress(f"Use it from another shell:  set -a; . {file}; set +a")
            progress("Ctrl-C ends it")
            while not stop.is_set():
                stop.wait(3600)
    except KeyboardInterrupt:
        progress("Stopping")
    finally:
        ENVIRONMENT_FILE.unlink(missing_ok=True)
