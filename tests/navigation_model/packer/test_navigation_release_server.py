"""The server that a release brings, in the local cloud's stand-in for the image's container."""

from __future__ import annotations

import json
import os
import sys
import tarfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from local_cloud.testing.container import (
    Container,
    ContainerEndedError,
    ContainerTimeoutError,
    Invocation,
)
from navigation_model.packer.archive import write_archive
from navigation_model.packer.server import server_environment, server_members

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
Start = Callable[..., Container]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    containers: list[Container] = []

    def make(script: str) -> Container:
        members = {"code/inference.py": script.encode(), **server_members()}
        packed = write_archive(members, tmp_path / "model.tar.gz", lambda _: None)
        with tarfile.open(packed.path) as tar:
            tar.extractall(tmp_path, filter="data")
        variables = {"SM_MODEL_DIR": str(tmp_path), "PATH": os.environ["PATH"]}
        variables |= {"TMPDIR": str(tmp_path), "PYTHONUNBUFFERED": "1", **server_environment()}
        containers.append(Container(sys.executable, variables, tmp_path, tmp_path / "log"))
        return containers[-1]

    yield make
    for container in containers:
        container.stop()


def test_functions_may_take_the_context_or_not(start: Start) -> None:
    worker = start(CONTEXT)
    worker.wait_until_healthy(20)
    answer = worker.invoke(Invocation(b"{}", accept="*/*"), 20)
    assert (answer.status, answer.content_type) == (418, "application/json")
    assert answer.body.decode() == "2 {} application/json application/json"


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("", "needs model_fn"),
        ("def model_fn(d): pass", "predict_fn or transform_fn"),
        ("def model_fn(d, c, x): pass\npredict_fn = model_fn", "takes 3 arguments but 1"),
        ("model_fn = input_fn = predict_fn = transform_fn = lambda d: d", "cannot be combined"),
        ("import nowhere", "No module named 'nowhere'"),
        ("import sys; sys.exit('no licence')", "no licence"),
        (BROKEN, "no weights"),
        ("predict_fn = 1\ndef model_fn(d): raise RuntimeError('no\\nweights')", "no weights"),
    ],
)
def test_a_release_that_does_not_load_ends_its_container_with_the_reason(
    start: Start, tmp_path: Path, script: str, message: str
) -> None:
    worker = start(script)
    with pytest.raises(ContainerEndedError, match="exit code 1"):
        worker.wait_until_healthy(20)
    reasons = [line for line in (tmp_path / "log").read_text().splitlines() if "not served" in line]
    assert len(reasons) == 1
    assert message in reasons[0]


def test_the_port_opens_when_the_model_has_loaded(start: Start, tmp_path: Path) -> None:
    worker = start(GATED)
    with pytest.raises(ContainerEndedError):
        worker.invoke(Invocation(b"1"), 5)
    (tmp_path / "open").touch()
    worker.wait_until_healthy(20)
    assert worker.invoke(Invocation(b"1"), 5).body == b"1"


def test_defaults_speak_json_and_text_goes_to_the_log(start: Start, tmp_path: Path) -> None:
    worker = start(
        "import os\n"
        "def model_fn(model_dir):\n"
        "    os.write(1, b'raw output')\n"
        "    return None\n"
        "def predict_fn(data, model): print('printed', flush=True); return [data]\n",
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


def test_an_answer_that_takes_too_long_is_not_waited_for(start: Start) -> None:
    worker = start(SLEEPY)
    worker.wait_until_healthy(20)
    assert worker.invoke(Invocation(b"0"), 20).body == b"0"
    begin = time.monotonic()
    with pytest.raises(ContainerTimeoutError, match=r"within 0\.3 s"):
        worker.invoke(Invocation(b"30"), 0.3)
    assert time.monotonic() - begin < 10
