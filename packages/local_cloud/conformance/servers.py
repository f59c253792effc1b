"""Runs moto's tests against a server."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

_HERE = Path(__file__).resolve().parent
_START_SECONDS = 60
# the checkout's own `moto` folder must not hide the installed one
_PYTHON = [sys.executable, "-P"]


@contextlib.contextmanager
def moto_server(folder: Path, environment: Mapping[str, str]) -> Iterator[str]:
    """The installed moto as a server; gives its URL."""
    port = _free_port()
    with (folder / "moto_server.log").open("wb") as log:
        command = [*_PYTHON, "-m", "moto.server", "-p", str(port)]
        process = subprocess.Popen(
            command, stdout=log, stderr=log, cwd=folder, env=dict(environment)
        )
    try:
        _wait_for(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def start_tests(
    checkout: Path,
    service: str,
    target: str,
    *,
    url: str,
    folder: Path,
    environment: Mapping[str, str],
) -> subprocess.Popen[bytes]:
    """Start the tests of one service; `read_records` waits for them."""
    settings = {
        "AWS_DEFAULT_REGION": "us-east-1",
        "MOTO_CONFORMANCE_RECORD": str(_record(folder, service, target)),
        "MOTO_CONFORMANCE_TARGET": target,
        "PYTHONPATH": str(_HERE),
        "TEST_SERVER_MODE": "true",
        "TEST_SERVER_MODE_ENDPOINT": url,
    }
    options = ["-q", "-c", os.devnull, "--rootdir", str(checkout), "--import-mode", "prepend"]
    plugins = ["-p", "recorder", "-p", "no:cacheprovider"]
    with (folder / f"{service}.{target}.log").open("wb") as log:
        return subprocess.Popen(
            [*_PYTHON, "-m", "pytest", *plugins, *options, f"tests/test_{service}"],
            stdout=log,
            stderr=log,
            cwd=checkout,
            env={**environment, **settings},
        )


def read_records(
    process: subprocess.Popen[bytes], folder: Path, service: str, target: str
) -> dict[str, Any]:
    """How each test ended.

    Raises:
        RuntimeError: pytest could not run them; the message ends with its output.
    """
    if process.wait() not in (0, 1):
        log = (folder / f"{service}.{target}.log").read_text()
        raise RuntimeError(f"the tests of {service} did not run on {target}:\n{log[-2000:]}")
    return dict(json.loads(_record(folder, service, target).read_text()))


def _record(folder: Path, service: str, target: str) -> Path:
    return folder / f"{service}.{target}.json"


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise RuntimeError("moto's server did not start: is moto[server] installed?")
