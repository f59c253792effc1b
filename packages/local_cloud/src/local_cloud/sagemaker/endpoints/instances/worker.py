"""A container's process: starts it, asks it over HTTP as SageMaker does, ends it."""

from __future__ import annotations

import contextlib
import http.client
import os
import random
import signal
import socket
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from local_cloud.sagemaker.endpoints.instances import container_main
from local_cloud.sagemaker.endpoints.instances.answer import Answer, Invocation
from local_cloud.sagemaker.endpoints.instances.errors import WorkerEndedError, WorkerTimeoutError

# "SageMaker sends GET /ping … the container must answer within 2 seconds":
# https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html
PING_SECONDS = 2.0
PORT_VARIABLE = "SAGEMAKER_BIND_TO_PORT"
_PAUSE_SECONDS = 0.02
_EXIT_SECONDS = 2.0
# Below what the system hands out to clients, so that none has the port before the container does.
_PORTS = range(20_000, 32_000)


class Worker:
    """One running release.

    Parameters:
        interpreter: path of the Python that stands in for the image's.
        environment: everything that the process sees; SM_MODEL_DIR is the release's folder.
        folder: working directory.
        log: file that gets what the process prints, appended.
    """

    def __init__(
        self, interpreter: str, environment: Mapping[str, str], folder: Path, log: Path
    ) -> None:
        self.port = _free_port()
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [interpreter, str(Path(container_main.__file__))],
                env={**environment, PORT_VARIABLE: str(self.port)},
                cwd=folder,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def wait_until_healthy(self, seconds: float) -> None:
        """Wait for `GET /ping` to answer 200; raises WorkerEndedError or WorkerTimeoutError."""
        end = time.monotonic() + seconds
        while not self._healthy():
            if not self.running():
                raise WorkerEndedError(self._ended())
            if time.monotonic() > end:
                self.stop()
                raise WorkerTimeoutError(f"not healthy within {seconds:g} s")
            time.sleep(_PAUSE_SECONDS)

    def invoke(self, request: Invocation, seconds: float) -> Answer:
        """The answer to one request; raises WorkerEndedError or WorkerTimeoutError."""
        headers = {"Content-Type": request.content_type, "Accept": request.accept}
        sent = {name: value for name, value in headers.items() if value}
        begin = time.monotonic()
        try:
            status, content_type, body = self._ask(
                "POST", "/invocations", request.body, sent, seconds
            )
        except TimeoutError:
            raise WorkerTimeoutError(f"no answer within {seconds:g} s") from None
        except (OSError, http.client.HTTPException) as error:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_EXIT_SECONDS)  # its connections close a little before it ends
            raise WorkerEndedError(self._ended()) from error
        return Answer(status, content_type, body, time.monotonic() - begin)

    def running(self) -> bool:
        """Whether the process is alive."""
        return self._process.poll() is None

    def stop(self) -> None:
        """End the process group at once."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        if self._process.stdin:
            with contextlib.suppress(OSError):
                self._process.stdin.close()

    def _healthy(self) -> bool:
        with contextlib.suppress(OSError, http.client.HTTPException):
            return self._ask("GET", "/ping", None, {}, PING_SECONDS)[0] == 200
        return False

    def _ask(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str], seconds: float
    ) -> tuple[int, str, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return response.status, response.headers.get("Content-Type", ""), response.read()
        finally:
            connection.close()

    def _ended(self) -> str:
        return f"the container ended with exit code {self._process.poll()}"


def _free_port() -> int:
    while True:
        port = random.choice(_PORTS)  # noqa: S311 - no secret
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
