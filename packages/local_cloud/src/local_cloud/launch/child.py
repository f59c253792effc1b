"""A server of the local cloud as a child process: own group, own log, ended with its parent."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

_SOURCES = Path(__file__).resolve().parents[2]  # where the caller found this package
_INHERITED = ("PATH", "LANG", "LC_ALL")
_LOG_TAIL_LINES = 40


class StartupError(RuntimeError):
    """A server did not become ready; the message ends with its log."""


class Child:
    """One `python <arguments>` with only a chosen part of the caller's environment.

    AWS settings of the caller are left out, so that no emulator falls back to a real account.
    """

    def __init__(
        self, name: str, arguments: list[str], state_dir: Path, extra: dict[str, str] | None = None
    ) -> None:
        self.name = name
        self.log_file = state_dir / f"{name}.log"
        state_dir.mkdir(parents=True, exist_ok=True)
        environment = {
            **{key: os.environ[key] for key in _INHERITED if key in os.environ},
            **{key: value for key, value in os.environ.items() if key.startswith("LOCAL_CLOUD_")},
            "PYTHONUNBUFFERED": "1",
            "PYTHONPATH": str(_SOURCES),
            **_bytecode(),
            "HOME": str(state_dir),
            **(extra or {}),
        }
        with self.log_file.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=state_dir,
                env=environment,
                stdin=subprocess.PIPE,  # its end tells the child that this process is gone
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_until(self, ready: Callable[[], bool], deadline_seconds: float) -> None:
        """Wait for `ready`; raises StartupError when the process ends or time runs out."""
        deadline = time.monotonic() + deadline_seconds
        while not ready():
            if self._process.poll() is not None:
                self._fail(f"ended with exit code {self._process.returncode}")
            if time.monotonic() > deadline:
                self._fail(f"was not ready within {deadline_seconds:.0f} s")
            time.sleep(0.03)

    def wait_for(self, url: str, deadline_seconds: float) -> None:
        """Wait until `url` answers 200."""
        self.wait_until(lambda: _answers(url), deadline_seconds)

    def running(self) -> bool:
        """Whether the process is alive."""
        return self._process.poll() is None

    def stop(self, grace_seconds: float = 5) -> None:
        """End the whole process group, politely first."""
        if self._process.stdin:
            self._process.stdin.close()
        self._signal_group(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(grace_seconds)
        self._signal_group(signal.SIGKILL)
        self._process.wait()

    def _signal_group(self, number: int) -> None:
        try:
            os.killpg(self._process.pid, number)
        except ProcessLookupError:
            return

    def _fail(self, what: str) -> None:
        self.stop()
        lines = self.log_file.read_text(errors="replace").splitlines()[-_LOG_TAIL_LINES:]
        tail = "\n".join(lines) or "(its log is empty)"
        raise StartupError(f"{self.name} {what}; the end of {self.log_file}:\n{tail}")


def _bytecode() -> dict[str, str]:
    """Bytecode goes where the caller keeps it, never beside the sources."""
    prefix = os.environ.get("PYTHONPYCACHEPREFIX")
    return {"PYTHONPYCACHEPREFIX": prefix} if prefix else {"PYTHONDONTWRITEBYTECODE": "1"}


def _answers(url: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=2) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False
