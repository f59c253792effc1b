"""Whether a process still runs, as `ps` tells it on Linux and macOS alike."""

from __future__ import annotations

import subprocess


def is_alive(pid: int) -> bool:
    """Whether there is such a process that does more than wait to be reaped."""
    done = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return bool(done.stdout.strip()) and not done.stdout.startswith("Z")
