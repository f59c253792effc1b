"""A running worker of the model server, seen from outside."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WORKER = Path(__file__).with_name("model_server_worker.py")
JSON = "application/json"


@dataclass(frozen=True)
class Reply:
    """What came back.

    Args:
        status: HTTP status.
        body: text of the response.
        raised: whether the toolkit had to turn an exception into that status.
    """

    status: int
    body: str
    raised: bool

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class ModelServer:
    """Sends requests to a worker process."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def post(self, body: object, content_type: str = JSON, accept: str | None = None) -> Reply:
        """Sends a body, as JSON unless it is bytes already."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Content-Type": content_type} | ({"Accept": accept} if accept else {})
        request = {"headers": headers, "body": base64.b64encode(content).decode()}
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps(request), file=self._process.stdin, flush=True)
        return Reply(**json.loads(self._process.stdout.readline()))


@contextmanager
def running(release_dir: Path) -> Iterator[ModelServer]:
    """A worker that has loaded a release; it sees the release's code and none of the tests'."""
    kept = {"PATH", "HOME", "LANG"}
    environment = {name: value for name, value in os.environ.items() if name in kept}
    environment |= {"OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    with subprocess.Popen(
        [sys.executable, WORKER, str(release_dir)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=release_dir,
        env=environment,
    ) as process:
        try:
            yield ModelServer(process)
        finally:
            process.kill()
