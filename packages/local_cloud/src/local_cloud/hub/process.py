"""The local Hugging Face hub as a subprocess."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from local_cloud.hub import ADDRESS_FILE, REPOSITORIES
from local_cloud.hub.repository_store import Pins
from local_cloud.launch.child import Child

_START_SECONDS = 60


class Hub:
    """A Hugging Face hub on a loopback port, for clients with `HF_ENDPOINT` set to its `url`.

    Args:
        state_dir: folder for its addresses and log; what is put into `repositories` below it is
            served at once.
        port: TCP port on 127.0.0.1; 0 takes a free one.
        repositories: further folders of repositories, `<owner>/<name>/main/<files…>`.
        pins: revisions by repository name that stand for its newest content.
    """

    def __init__(
        self,
        state_dir: Path | str,
        port: int = 0,
        *,
        repositories: Iterable[Path | str] = (),
        pins: Pins | None = None,
    ) -> None:
        self.url = ""
        self.storage_url = ""
        self.state_dir = Path(state_dir).resolve()
        self._arguments = ["--port", str(port), "--state-dir", str(self.state_dir)]
        for folder in repositories:
            self._arguments += ["--repositories", str(Path(folder).resolve())]
        lists = {name: list(revisions) for name, revisions in (pins or {}).items()}
        self._arguments += ["--pins", json.dumps(lists)]
        self._child: Child | None = None

    @property
    def repositories(self) -> Path:
        """The folder for repositories that are added while it runs."""
        return self.state_dir / REPOSITORIES

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start and wait for `GET /health`.

        The hub takes a free port itself: one that was free a moment ago may be another's by now.

        Raises:
            StartupError: with the end of the log.
        """
        addresses = self.state_dir / ADDRESS_FILE
        addresses.unlink(missing_ok=True)
        arguments = ["-m", "local_cloud.hub", "--exit-with-parent", *self._arguments]
        self._child = Child("hub", arguments, self.state_dir)
        self._child.wait_until(addresses.exists, _START_SECONDS)
        found = json.loads(addresses.read_text(encoding="utf-8"))
        self._child.wait_for(f"{found['url']}/health", _START_SECONDS)
        self.url, self.storage_url = found["url"], found["storage_url"]

    def stop(self) -> None:
        """End the process; harmless when it never started."""
        if self._child is not None:
            self._child.stop()
            self._child = None
