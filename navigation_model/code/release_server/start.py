"""Loads the release in the background, then opens SageMaker's port; or ends the container."""

from __future__ import annotations

import asyncio
import fcntl
import logging
import os
import signal
import socket
import sys
import tempfile
import threading
import time
from pathlib import Path

VENDOR = Path(__file__).parent / "vendor"
if VENDOR.is_dir():
    sys.path.insert(0, str(VENDOR))

import uvicorn  # noqa: E402 - comes with the release

from release_server.app import App  # noqa: E402
from release_server.functions import Functions  # noqa: E402

LIMIT_VARIABLE = "ANSWER_WITHIN_SECONDS"
PORT_VARIABLE = "SAGEMAKER_BIND_TO_PORT"
LIMIT_SECONDS = 60.0  # InvokeEndpoint waits no longer
# SageMaker sends SIGTERM and, thirty seconds later, SIGKILL.
DRAIN_SECONDS = 25
SERVER_END_SECONDS = 10
# Callers keep connections: closing one just as the next request comes would lose that request.
KEEP_ALIVE_SECONDS = 120

logger = logging.getLogger(__name__)


def start(model_dir: str, gpu_id: int | str | None) -> None:
    """Serves the release from this process, unless another process of the container does.

    The model server starts a worker per GPU or core, and another for one that died. A file lock,
    which ends with its process, lets one of them load the model.

    Args:
        model_dir: folder of the release.
        gpu_id: the GPU that the model server assigned, if any.
    """
    lock = os.open(
        Path(tempfile.gettempdir(), "release_server.lock"), os.O_RDWR | os.O_CREAT, 0o600
    )
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        logger.info("Another worker serves this release.")
        return
    # Its own thread, so that the model server sees a worker that is ready and leaves it alone.
    threading.Thread(target=_serve, args=(model_dir, gpu_id), name="release-server").start()


def _serve(model_dir: str, gpu_id: int | str | None) -> None:
    begin = time.monotonic()
    try:
        port = int(os.environ.get(PORT_VARIABLE) or 8080)
        functions = Functions(model_dir, gpu_id)
        limit = float(os.environ.get(LIMIT_VARIABLE) or LIMIT_SECONDS)
        app = App(functions.answer, limit, lambda: _give_up(limit), functions.at_once)
        listener = socket.create_server(("0.0.0.0", port), backlog=2048)  # noqa: S104
    except BaseException as error:  # sys.exit() in a script is a failure as well
        logger.exception("The release does not load.")
        _end_container(f"The release is not served: {type(error).__name__}: {error}")
        return
    logger.info("The release answers on port %s after %.1f s.", port, time.monotonic() - begin)
    asyncio.run(_run(app, listener))


async def _run(app: App, listener: socket.socket) -> None:
    config = uvicorn.Config(
        app,
        lifespan="off",
        log_config=None,
        access_log=False,
        http="h11",
        ws="none",
        loop="asyncio",
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=DRAIN_SECONDS,
    )
    server = uvicorn.Server(config)
    watch = asyncio.create_task(_until_worker_ends(server))
    await server.serve([listener])
    watch.cancel()


async def _until_worker_ends(server: uvicorn.Server) -> None:
    """Lets requests finish when the model server ends its worker, whose main thread ends then."""
    while threading.main_thread().is_alive():
        await asyncio.sleep(0.5)
    server.should_exit = True


def _give_up(limit: float) -> None:
    """A thread cannot be stopped: the process ends, and the model server starts another."""
    _report(f"The model has been at one request for {limit:g} s: its worker is restarted.")
    os._exit(1)


def _end_container(reason: str) -> None:
    """Ends the container with an exit code other than 0, and the reason after all other output.

    Its entry point, which leads the session, hands SIGTERM on to the model server and, when that
    has ended, sleeps for ever. SIGINT ends it.
    """
    if server := _model_server():
        os.kill(server, signal.SIGTERM)
        end = time.monotonic() + SERVER_END_SECONDS
        while _command(server) and time.monotonic() < end:
            time.sleep(0.1)
    _report(reason)
    os.kill(os.getsid(0), signal.SIGINT)


def _model_server() -> int:
    """Process id of the image's server, which this worker descends from; 0 when there is none."""
    pid = os.getpid()
    while pid > 1:
        parent = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1]
        pid = int(parent)
        if b"com.amazonaws.ml.mms.ModelServer" in _command(pid):
            return pid
    return 0


def _command(pid: int) -> list[bytes]:
    """A process's command line; empty when it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[:-1]
    except OSError:
        return []


def _report(reason: str) -> None:
    """Writes to the container's log itself: what this process prints may end in the server."""
    line = reason.replace("\n", " ") + "\n"
    try:
        with Path(f"/proc/{os.getsid(0)}/fd/2").open("a") as log:
            log.write(line)
    except OSError:
        sys.stderr.write(line)
        sys.stderr.flush()
