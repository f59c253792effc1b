"""A worker process: starts it, exchanges one frame at a time with it, ends it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from local_cloud.runtime.endpoints import worker_main
from local_cloud.runtime.endpoints.errors import WorkerEndedError, WorkerTimeoutError
from local_cloud.runtime.endpoints.worker_main import Frame, read_frame, write_frame

_EXIT_SECONDS = 2.0


class Worker:
    """One running release; not for use by two threads at once, except `stop`.

    Parameters:
        interpreter: path of the Python that stands in for the image's.
        environment: everything that the process sees; SM_MODEL_DIR is the release's folder.
        folder: working directory.
        log: file that gets what the process prints, appended.
    """

    def __init__(
        self, interpreter: str, environment: Mapping[str, str], folder: Path, log: Path
    ) -> None:
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [interpreter, str(Path(worker_main.__file__))],
                env=dict(environment),
                cwd=folder,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=output,
                start_new_session=True,
            )

    def wait_until_loaded(self, seconds: float) -> None:
        """Wait for the model; raises WorkerEndedError or WorkerTimeoutError."""
        self._exchange(None, seconds)

    def handle(self, header: dict[str, Any], body: bytes, seconds: float) -> Frame:
        """The answer to one request; raises WorkerEndedError or WorkerTimeoutError."""
        return self._exchange((header, body), seconds)

    def running(self) -> bool:
        """Whether the process is alive."""
        return self._process.poll() is None

    def stop(self) -> None:
        """End the process group at once."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream:
                with contextlib.suppress(OSError):
                    stream.close()

    def _exchange(self, request: Frame | None, seconds: float) -> Frame:
        expired = threading.Event()

        def expire() -> None:
            expired.set()
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

        timer = threading.Timer(seconds, expire)
        timer.daemon = True  # the server need not wait for it
        timer.start()
        try:
            if request is not None:
                write_frame(_open(self._process.stdin), *request)
            answer = read_frame(_open(self._process.stdout))
        except (OSError, ValueError):  # a broken pipe, or one that `stop` closed
            answer = None
        finally:
            timer.cancel()
        if answer is not None:
            return answer
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_EXIT_SECONDS)  # its pipe closes a little before it ends
        self.stop()
        if expired.is_set():
            raise WorkerTimeoutError(f"no answer within {seconds:g} s")
        raise WorkerEndedError(f"the worker ended with exit code {self._process.returncode}")


def _open(stream: IO[bytes] | None) -> Any:
    if stream is None:
        raise ValueError("the worker has no pipe")
    return stream
