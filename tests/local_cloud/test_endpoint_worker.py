"""A worker follows the toolkit's contract, keeps its time and dies with its server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from local_cloud.runtime.endpoints.container import Container
from local_cloud.runtime.endpoints.errors import WorkerEndedError, WorkerTimeoutError
from local_cloud.runtime.endpoints.worker import Worker
from tests.local_cloud.waiting import wait_for
from tests.processes import is_alive

REQUEST = {"content_type": "application/json", "accept": ""}
SLEEPY = """
import time
def model_fn(model_dir):
    return None
def predict_fn(seconds, model):
    time.sleep(seconds)
    return seconds
"""
Start = Callable[..., Worker]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    workers: list[Worker] = []

    def make(script: str, **environment: str) -> Worker:
        (tmp_path / "code").mkdir()
        (tmp_path / "code" / "inference.py").write_text(script)
        variables = {"SM_MODEL_DIR": str(tmp_path), "PATH": os.environ["PATH"], **environment}
        workers.append(Worker(sys.executable, variables, tmp_path, tmp_path / "log"))
        return workers[-1]

    yield make
    for worker in workers:
        worker.stop()


def test_functions_may_take_the_context_or_not(start: Start) -> None:
    worker = start(
        "def model_fn(model_dir): return 2\n"
        "def transform_fn(model, data, content_type, accept, context):\n"
        "    context.set_response_status(418, 'teapot', 0)\n"
        "    headers = context.request_processor[0].get_request_properties()\n"
        "    return f'{model} {data} {headers}'\n"
    )
    worker.wait_until_loaded(20)
    header, body = worker.handle({**REQUEST, "accept": "*/*"}, b"{}", 20)
    assert header["status"] == 418
    assert header["content_type"] == "application/json"
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    assert body.decode() == f"2 {{}} {headers}"


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("", "needs model_fn and predict_fn"),
        ("def model_fn(d, c, x): pass\npredict_fn = model_fn", "takes 3 arguments but 1"),
        ("model_fn = input_fn = predict_fn = transform_fn = lambda d: d", "cannot be combined"),
        ("raise RuntimeError('no weights')", "no weights"),
    ],
)
def test_module_that_does_not_load_ends_the_worker(
    start: Start, tmp_path: Path, script: str, message: str
) -> None:
    worker = start(script)
    with pytest.raises(WorkerEndedError, match="exit code 1"):
        worker.wait_until_loaded(20)
    assert message in (tmp_path / "log").read_text()


def test_defaults_speak_json_and_text_goes_to_the_log(start: Start, tmp_path: Path) -> None:
    worker = start(
        "import os\n"
        "def model_fn(model_dir):\n"
        "    os.write(1, b'raw output')\n"
        "    return None\n"
        "def predict_fn(data, model): print('printed', flush=True); return [data]\n"
    )
    worker.wait_until_loaded(20)
    header, body = worker.handle(REQUEST, b'{"a": 1}', 20)
    assert (header["status"], json.loads(body)) == (200, [{"a": 1}])
    header, body = worker.handle({**REQUEST, "content_type": "image/png"}, b"x", 20)
    assert header["status"] == 400
    assert json.loads(body)["message"].startswith("Content type image/png is not supported")
    log = (tmp_path / "log").read_text()
    assert "raw output" in log
    assert "printed" in log


def test_worker_that_takes_too_long_is_ended(start: Start) -> None:
    worker = start(SLEEPY)
    worker.wait_until_loaded(20)
    assert worker.handle(REQUEST, b"0", 20)[1] == b"0"
    begin = time.monotonic()
    with pytest.raises(WorkerTimeoutError, match=r"within 0\.3 s"):
        worker.handle(REQUEST, b"30", 0.3)
    assert time.monotonic() - begin < 10
    assert not worker.running()


@pytest.mark.parametrize(
    ("environment", "seconds"),
    [
        ({}, 60),
        ({"SAGEMAKER_MODEL_SERVER_TIMEOUT": "30"}, 30),
        ({"SAGEMAKER_MODEL_SERVER_TIMEOUT": "1"}, 5),
        ({"SAGEMAKER_MODEL_SERVER_TIMEOUT": "3600"}, 60),
        ({"SAGEMAKER_MODEL_SERVER_TIMEOUT": "soon"}, 60),
    ],
)
def test_answers_may_take_five_to_sixty_seconds(
    environment: dict[str, str], seconds: float
) -> None:
    assert Container("role", None, environment).invocation_seconds == seconds


def test_worker_at_work_ends_with_its_server(tmp_path: Path) -> None:
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "inference.py").write_text("import time\ntime.sleep(300)")
    script = (
        "import sys, os\nfrom pathlib import Path\n"
        "from local_cloud.runtime.endpoints.worker import Worker\n"
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
