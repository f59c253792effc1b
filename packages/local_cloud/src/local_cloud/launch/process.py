"""`LocalCloud`: the local cloud as a context manager."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from local_cloud.hub.process import Hub
from local_cloud.hub.repository_store import Pins
from local_cloud.launch.child import Child
from local_cloud.settings import (
    CONTROL_PREFIX,
    DEFAULT_ACCOUNT_ID,
    DEFAULT_REGION,
    READY_FILE,
    client_environment,
)

_START_SECONDS = 60


class LocalCloud:
    """The emulated AWS account, and the Hugging Face hub, as subprocesses.

    Several can run side by side: each has its own port and state folder.

    Args:
        state_dir: folder for all state, temporary files and logs (`server.log`, `hub/hub.log`).
        port: TCP port on 127.0.0.1; 0 takes a free one.
        account_id: the emulated account, twelve digits.
        region: the region of requests that name none.
        hub: whether to start a Hugging Face hub for the jobs and functions too.
        repositories: folders of the hub's repositories, `<owner>/<name>/main/<files…>`.
        pins: revisions by repository name that stand for its newest content on the hub.
        load: folder in which another local cloud was saved, to begin with what that one held.
    """

    def __init__(
        self,
        state_dir: Path | str,
        port: int = 0,
        *,
        account_id: str = DEFAULT_ACCOUNT_ID,
        region: str = DEFAULT_REGION,
        hub: bool = False,
        repositories: Iterable[Path | str] = (),
        pins: Pins | None = None,
        load: Path | str | None = None,
    ) -> None:
        self.state_dir = Path(state_dir).resolve()
        self.account_id = account_id
        self.region = region
        self.endpoint_url = ""
        self._load = None if load is None else Path(load).resolve()
        self._port = port
        self.hub = (
            Hub(self.state_dir / "hub", repositories=repositories, pins=pins) if hub else None
        )
        self._server: Child | None = None

    @property
    def hub_url(self) -> str:
        """Base URL of the hub, empty without one."""
        return self.hub.url if self.hub else ""

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
        """Start and wait until both answer; raises StartupError with the end of the log."""
        ready_file = self.state_dir / READY_FILE
        ready_file.unlink(missing_ok=True)
        try:
            if self.hub:
                self.hub.start()
            arguments = ["-m", "local_cloud", "--port", str(self._port), "--exit-with-parent"]
            arguments += ["--state-dir", str(self.state_dir)]
            arguments += ["--account-id", self.account_id, "--region", self.region]
            arguments += ["--load", str(self._load)] if self._load else []
            self._server = Child(
                "server", arguments, self.state_dir, {"LOCAL_CLOUD_HUB_URL": self.hub_url}
            )
            self._server.wait_until(ready_file.exists, _START_SECONDS)
            self.endpoint_url = json.loads(ready_file.read_text())["endpoint_url"]
            self._server.wait_for(self.endpoint_url + CONTROL_PREFIX + "health", _START_SECONDS)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End both process groups; harmless when already stopped."""
        if self._server:
            self._server.stop()
            self._server = None
        if self.hub:
            self.hub.stop()

    def save(self, folder: Path | str) -> None:
        """Write what the account holds, for `load` of another local cloud.

        Raises:
            urllib.error.HTTPError: with the reason, such as an endpoint that runs.
        """
        self.control("save", {"folder": str(Path(folder).resolve())})

    def environment(self) -> dict[str, str]:
        """Variables that make any AWS client use this cloud as root and nothing else."""
        return client_environment(self.endpoint_url, self.state_dir, self.account_id, self.region)

    def control(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """Call the control plane: `health`, `calls`, `events`, `reset`, `inventory`, …

        A GET without `body`, else a POST. Raises urllib.error.HTTPError with the reason.
        """
        request = urllib.request.Request(  # noqa: S310 - always this server's http address
            self.endpoint_url + CONTROL_PREFIX + path,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=120) as response:
            return json.load(response)
