"""The local Hugging Face hub as a subprocess."""

from __future__ import annotations

import socket
from pathlib import Path

from local_cloud.child import Child


class HubProcess:
    """`python -m local_cloud.hub` on a free loopback port; `url` once started."""

    def __init__(self, state_dir: Path) -> None:
        self.url = ""
        self._state_dir = state_dir
        self._child: Child | None = None

    def start(self, deadline_seconds: float) -> None:
        """Start and wait for `GET /health`; raises StartupError with the log tail."""
        port = _free_port()
        arguments = ["-m", "local_cloud.with_parent", "local_cloud.hub", "--port", str(port)]
        arguments += ["--state-dir", str(self._state_dir)]
        self._child = Child("hub", arguments, self._state_dir)
        self._child.wait_for(f"http://127.0.0.1:{port}/health", deadline_seconds)
        self.url = f"http://127.0.0.1:{port}"

    def stop(self) -> None:
        """End the process; harmless when it never started."""
        if self._child is not None:
            self._child.stop()
            self._child = None


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
