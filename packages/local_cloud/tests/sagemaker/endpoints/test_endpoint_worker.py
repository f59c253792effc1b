"""A container is healthy as the real one is, keeps its time and dies with its server."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from local_cloud.sagemaker.endpoints.instances.answer import Invocation
from local_cloud.sagemaker.endpoints.instances.errors import WorkerEndedError, WorkerTimeoutError
from local_cloud.sagemaker.endpoints.instances.worker import Worker
from local_cloud.testing.waiting import wait_for
from support.releases import SERVER_ENVIRONMENT, archive

SLEEPY = """
import time
def model_fn(model_dir):
    return None
def predict_fn(seconds, model):
    time.sleep(seconds)
    return seconds
"""
CONTEXT = """
def model_fn(model_dir): return 2
def transform_fn(model, data, content_type, accept, context):
    context.set_response_status(418, 'teapot', 0)
    headers = context.get_all_request_header(0)
    return f'{model} {data} {headers["Content-Type"]} {accept}'
"""
GATED = """
import os, time
def model_fn(model_dir):
    while not os.path.exists(os.path.join(model_dir, "open")):
        time.sleep(0.01)
def predict_fn(data, model):
    return data
"""
BROKEN = "raise RuntimeError('no weights')"
Start = Callable[..., Worker]


@pytest.fixture(params=["toolkit", "server"])
def served_by(request: pytest.FixtureRequest) -> str:
    """Who answers: the image's toolkit, or the server that a release brings."""
    return str(request.param)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    workers: list[Worker] = []

    def make(script: str, served_by: str = "server") -> Worker:
        content = archive(script, server=served_by == "server")
        with tarfile.open(fileobj=io.BytesIO(content)) as tar:
            tar.extractall(tmp_path, filter="data")
        variables = {"SM_MODEL_DIR": str(tmp_path), "PATH": os.environ["PATH"]}
        variables |= {"TMPDIR": str(tmp_path), "PYTHONUNBUFFERED": "1"}
        if served_by != "toolkit":
            variables |= SERVER_ENVIRONMENT
        workers.append(Worker(sys.executable, variables, tmp_path, tmp_path / "log"))
        return workers[-1]

    yield make
    for worker in workers:
        worker.stop()


def test_functions_may_take_the_context_or_not(start: Start) -> None:
    worker = start(CONTEXT, "toolkit")
    worker.wait_until_healthy(20)
    answer = worker.invoke(Invocation(b"{}", accept="*/*"), 20)
    assert (answer.status, answer.content_type) == (418, "application/json")
    assert answer.body.decode() == "2 {} application/json application/json"


def test_a_container_that_ends_while_it_starts_is_not_waited_for(
    start: Start, tmp_path: Path
) -> None:
    worker = start(BROKEN)
    with pytest.raises(WorkerEndedError, match="exit code 1"):
        worker.wait_until_healthy(20)
    assert "not served: no weights" in (tmp_path / "log").read_text()


def test_the_port_opens_when_the_model_has_loaded(start: Start, tmp_path: Path) -> None:
    worker = start(GATED)
    with pytest.raises(WorkerEndedError):
        worker.invoke(Invocation(b"1"), 5)
    (tmp_path / "open").touch()
    worker.wait_until_healthy(20)
    assert worker.invoke(Invocation(b"1"), 5).body == b"1"


def test_the_toolkit_is_healthy_while_its_model_loads(start: Start, tmp_path: Path) -> None:
    worker = start(GATED, "toolkit")
    worker.wait_until_healthy(20)
    with pytest.raises(WorkerTimeoutError):
        worker.invoke(Invocation(b"1"), 0.3)
    (tmp_path / "open").touch()
    assert worker.invoke(Invocation(b"1"), 20).body == b"1"


def test_the_toolkit_is_healthy_after_its_model_failed(start: Start, tmp_path: Path) -> None:
    worker = start("print('loading')\n" + BROKEN, "toolkit")
    worker.wait_until_healthy(20)
    answers = [worker.invoke(Invocation(b"1"), 20) for _ in range(2)]
    assert [answer.status for answer in answers] == [400, 400]
    assert json.loads(answers[0].body)["message"] == "no weights"
    assert (tmp_path / "log").read_text().count("loading") == 3  # each request loads it again


def test_a_release_without_the_server_leaves_its_port_closed(start: Start) -> None:
    worker = start(SLEEPY, "nobody")
    with pytest.raises(WorkerTimeoutError, match=r"within 1 s"):
        worker.wait_until_healthy(1)
    assert not worker.running()


def test_defaults_speak_json_and_text_goes_to_the_log(start: Start, tmp_path: Path) -> None:
    worker = start(
        "import os\n"
        "def model_fn(model_dir):\n"
        "    os.write(1, b'raw output')\n"
        "    return None\n"
        "def predict_fn(data, model): print('printed', flush=True); return [data]\n",
        "toolkit",
    )
    worker.wait_until_healthy(20)
    answer = worker.invoke(Invocation(b'{"a": 1}'), 20)
    assert (answer.status, json.loads(answer.body)) == (200, [{"a": 1}])
    answer = worker.invoke(Invocation(b"x", "image/png"), 20)
    assert answer.status == 400
    assert "image/png" in json.loads(answer.body)["message"]
    log = (tmp_path / "log").read_text()
    assert "raw output" in log
    assert "printed" in log


def test_an_answer_that_takes_too_long_is_not_waited_for(start: Start, served_by: str) -> None:
    worker = start(SLEEPY, served_by)
    worker.wait_until_healthy(20)
    assert worker.invoke(Invocation(b"0"), 20).body == b"0"
    begin = time.monotonic()
    with pytest.raises(WorkerTimeoutError, match=r"within 0\.3 s"):
        worker.invoke(Invocation(b"30"), 0.3)
    assert time.monotonic() - begin < 10


def is_alive(pid: int) -> bool:
    """Whether there is such a process that does more than wait to be reaped."""
    done = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return bool(done.stdout.strip()) and not done.stdout.startswith("Z")


def test_a_container_at_work_ends_with_its_server(tmp_path: Path) -> None:
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "inference.py").write_text("import time\ntime.sleep(300)")
    script = (
        "import sys, os\nfrom pathlib import Path\n"
        "from local_cloud.sagemaker.endpoints.instances.worker import Worker\n"
        "folder = Path(sys.argv[1])\n"
        "worker = Worker(sys.executable, {'SM_MODEL_DIR': str(folder)}, folder, folder / 'log')\n"
        "print(worker._process.pid, flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    server = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], check=False, capture_output=True, text=True
    )
    pid = int(server.stdout)
    wait_for(lambda: not is_alive(pid))
