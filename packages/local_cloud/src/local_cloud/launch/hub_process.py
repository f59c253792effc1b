"""The local Hugging Face hub as a subprocess."""

from __future__ import annotations

import json
from pathlib import Path

from local_cloud.hub import ADDRESS_FILE
from local_cloud.launch.child import Child


class HubProcess:
    """`python -m local_cloud.hub` on a free loopback port; `url` once started."""

    def __init__(self, state_dir: Path) -> None:
        self.url = ""
        self._state_dir = state_dir
        self._child: Child | None = None

    def start(self, deadline_seconds: float) -> None:
        """Start and wait for `GET /health`; raises StartupError with the log tail.

        The hub takes a free port itself: one that was free a moment ago may be another's by now.
        """
        addresses = self._state_dir / ADDRESS_FILE
        addresses.unlink(missing_ok=True)
        arguments = ["-m", "local_cloud.launch.with_parent", "local_cloud.hub", "--port", "0"]
        arguments += ["--state-dir", str(self._state_dir)]
        self._child = Child("hub", arguments, self._state_dir)
        self._child.wait_until(addresses.exists, deadline_seconds)
        url = json.loads(addresses.read_text(encoding="utf-8"))["url"]
        self._child.wait_for(f"{url}/health", deadline_seconds)
        self.url = url

    def stop(self) -> None:
        """End the process; harmless when it never started."""
        if self._child is not None:
            self._child.stop()
            self._child = None
