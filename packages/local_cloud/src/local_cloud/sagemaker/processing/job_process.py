"""Runs a job's command in its own process group, with a time limit and a way to stop it."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

GRACE_SECONDS = 5.0
Ending = Literal["exited", "stopped", "timed out"]


class JobProcess:
    """One run of a command; ``stop`` may be called from any thread, before ``run`` too."""

    def __init__(self, grace_seconds: float = GRACE_SECONDS) -> None:
        self._grace_seconds = grace_seconds
        self._stop_asked = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def run(
        self,
        argv: Sequence[str],
        *,
        environment: Mapping[str, str],
        folder: Path,
        log: Path,
        max_seconds: float,
    ) -> tuple[Ending, int]:
        """Run to the end; returns how it ended and the exit code (128 + n for signal n).

        Output of both streams goes to ``log``. Raises OSError when it cannot be started.
        """
        with self._lock:
            if self._stop_asked.is_set():
                return "stopped", 0
            with log.open("wb") as output:
                self._process = subprocess.Popen(
                    argv,
                    env=dict(environment),
                    cwd=folder,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
        ending: Ending = "exited"
        try:
            code = self._process.wait(max_seconds)
        except subprocess.TimeoutExpired:
            ending, code = "timed out", self._end()
        if self._stop_asked.is_set():
            ending = "stopped"
        # what the command left running would write into a folder that is about to go
        self._signal(signal.SIGKILL)
        return ending, code if code >= 0 else 128 - code

    def stop(self) -> None:
        """End the process group, politely first; returns when the command has ended."""
        with self._lock:
            self._stop_asked.set()
            running = self._process is not None and self._process.poll() is None
        if running:
            self._end()

    def kill(self) -> None:
        """End the process group at once, also one that is just being started."""
        with self._lock:
            self._stop_asked.set()
        self._signal(signal.SIGKILL)

    def _end(self) -> int:
        assert self._process is not None  # noqa: S101 - only called once it runs
        self._signal(signal.SIGTERM)
        try:
            return self._process.wait(self._grace_seconds)
        except subprocess.TimeoutExpired:
            self._signal(signal.SIGKILL)
            return self._process.wait()

    def _signal(self, number: int) -> None:
        if self._process is None:
            return
        try:
            os.killpg(self._process.pid, number)
        except ProcessLookupError:
            return
