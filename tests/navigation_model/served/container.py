"""A container of the inference image, seen from outside: toolkit, Java server and release."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from navigation_model.packer.server import server_environment

ENTRY_POINT = Path(__file__).with_name("container_entry_point.py")
JSON = "application/json"
START_SECONDS = 120.0
UNREACHED = 0


@dataclass(frozen=True)
class Reply:
    """What came back: status 0 when nobody listens or no answer came in time."""

    status: int
    body: str = ""

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Container:
    """A started container.

    Args:
        folder: what it writes goes below; `model` in it is the extracted release.
        environment: of the model, as in CreateModel.
    """

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.port, other = _free_port(), _free_port()
        moved = {name: f"http://127.0.0.1:{other}" for name in environment if "ADDRESS" in name}
        self._log = folder / "container.log"
        # The model server binds a UNIX socket there, and such a path may have 107 bytes.
        self._temporary = tempfile.TemporaryDirectory(prefix="mms-", dir="/tmp")
        variables = {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": str(folder),
            "TEMP": self._temporary.name,
            "TMPDIR": self._temporary.name,
            "LOG_LOCATION": str(folder / "logs"),
            "METRICS_LOCATION": str(folder / "logs"),
            "PYTHONUNBUFFERED": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "HF_HUB_OFFLINE": "1",
            "SAGEMAKER_BASE_DIR": str(folder),
            "SAGEMAKER_BIND_TO_PORT": str(self.port),
        }
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, str(ENTRY_POINT), str(folder)],
                cwd=folder,
                env=variables | environment | moved,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def log(self) -> str:
        """What the container printed so far."""
        return self._log.read_text(errors="replace")

    def ping(self) -> Reply:
        """SageMaker's health check, which waits two seconds."""
        return self._request("GET", "/ping", seconds=2)

    def get(self, path: str) -> Reply:
        """Any other GET."""
        return self._request("GET", path)

    def post(
        self, body: object, content_type: str = JSON, accept: str | None = None, seconds: float = 60
    ) -> Reply:
        """An invocation; the body is sent as JSON unless it is bytes already."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Content-Type": content_type} | ({"Accept": accept} if accept else {})
        return self._request("POST", "/invocations", content, headers, seconds)

    def pings_until(self, wanted: int, seconds: float = START_SECONDS) -> set[int]:
        """Asks for health until this status comes; the statuses before it."""
        seen, end = set(), time.monotonic() + seconds
        while (status := self.ping().status) != wanted:
            seen.add(status)
            assert time.monotonic() < end, (
                f"/ping gave {seen} for {seconds} s:\n{self.log()[-4000:]}"
            )
            assert self._process.poll() is None, f"the container ended:\n{self.log()[-4000:]}"
            time.sleep(0.1)
        return seen

    def pings_until_exit(self, seconds: float = START_SECONDS) -> tuple[set[int], int]:
        """Asks for health until the container ends; the statuses, and its exit code."""
        seen, end = set(), time.monotonic() + seconds
        while self._process.poll() is None:
            seen.add(self.ping().status)
            assert time.monotonic() < end, f"still running after {seconds} s:\n{self.log()[-4000:]}"
            time.sleep(0.1)
        return seen, self._process.returncode

    def terminate(self) -> None:
        """What SageMaker does first to stop a container."""
        self._process.terminate()

    def wait_for_log(self, text: str, times: int = 1, seconds: float = START_SECONDS) -> None:
        """Waits until the container has printed this so often; the log comes a little late."""
        end = time.monotonic() + seconds
        while self.log().count(text) < times:
            assert time.monotonic() < end, f"no {text!r} in {seconds} s:\n{self.log()[-4000:]}"
            time.sleep(0.1)

    def listeners(self) -> list[int]:
        """Ids of the container's processes that have SageMaker's port open."""
        return [
            pid
            for pid in self._members()
            if any(
                connection.laddr.port == self.port and connection.status == psutil.CONN_LISTEN
                for connection in psutil.Process(pid).net_connections("tcp")
            )
        ]

    def kill(self) -> None:
        """What SageMaker does thirty seconds later, to every process."""
        for pid in self._members():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait()
        self._temporary.cleanup()

    def _members(self) -> list[int]:
        found = []
        for pid in psutil.pids():
            with contextlib.suppress(OSError):
                if os.getsid(pid) == self._process.pid:
                    found.append(pid)
        return found

    def _request(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
        seconds: float = 60,
    ) -> Reply:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            return Reply(response.status, response.read().decode())
        except (OSError, http.client.HTTPException):
            return Reply(UNREACHED)
        finally:
            connection.close()


@contextmanager
def running(
    release_dir: Path, folder: Path, environment: dict[str, str] | None = None
) -> Iterator[Container]:
    """A container with a copy of a release.

    Args:
        release_dir: the extracted release.
        folder: empty; the container's files go below it.
        environment: of the model; by default what the stack's models get, on a CPU.
    """
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(release_dir, folder / "model", copy_function=os.link)
    defaults = {**server_environment(), "NAVIGATION_DEVICE": "cpu"}
    container = Container(folder, defaults if environment is None else environment)
    try:
        yield container
    finally:
        container.kill()


def _free_port() -> int:
    """One below 32767, the most that multi-model-server takes."""
    while True:
        port = random.randrange(20_000, 32_767)  # noqa: S311 - no secret
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
