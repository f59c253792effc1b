"""The image's server stack, started as its entry point starts it, around all kinds of release."""

from __future__ import annotations

import os
import shutil
import signal
import tarfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from navigation_model.packer.archive import write_archive
from navigation_model.packer.light import LIGHT_CODE, LIGHT_MODEL
from navigation_model.packer.release import ENTRY_POINT, release_members
from navigation_model.packer.server import server_environment
from tests.navigation_model.served.container import UNREACHED, Reply, running

# Loads when a file appears, and takes as long to answer as it is asked to.
GATED = """
import pathlib, time
def model_fn(model_dir):
    print("loading", flush=True)
    while not pathlib.Path(model_dir, "open").exists():
        time.sleep(0.05)
def predict_fn(seconds, model):
    time.sleep(seconds)
    return seconds
"""
RAISES = """
def model_fn(model_dir):
    raise RuntimeError("the weights do not fit")
def predict_fn(data, model):
    return data
"""
Make = Callable[[str], Path]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Packs a release around a script, and extracts it as SageMaker does."""

    def packed(script: str) -> Path:
        members = release_members(LIGHT_MODEL, LIGHT_CODE) | {ENTRY_POINT: script.encode()}
        archive = write_archive(members, tmp_path / "model.tar.gz", lambda _: None).path
        with tarfile.open(archive) as tar:
            tar.extractall(tmp_path / "release", filter="data")
        return tmp_path / "release"

    return packed


def _without_weights(release: Path, folder: Path) -> Path:
    shutil.copytree(release, folder, ignore=shutil.ignore_patterns("*.safetensors"))
    return folder


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("raises", "RuntimeError: the weights do not fit"),
        ("imports nothing", "ModuleNotFoundError: No module named 'nowhere'"),
        ("without weights", "OSError: Error no file named pytorch_model.bin, model.safetensors"),
        ("without CUDA", "NoGpuError: CUDA "),
    ],
)
def test_a_release_that_does_not_load_ends_the_container_with_the_reason(
    make: Make, release_dir: Path, tmp_path: Path, kind: str, reason: str
) -> None:
    if kind == "without weights":
        release = _without_weights(release_dir, tmp_path / "release")
    elif kind == "without CUDA":
        release = release_dir
    else:
        release = make(RAISES if kind == "raises" else "import nowhere")
    device = "cuda" if kind == "without CUDA" else "cpu"
    environment = {**server_environment(), "NAVIGATION_DEVICE": device, "CUDA_VISIBLE_DEVICES": ""}
    with running(release, tmp_path / "container", environment) as container:
        pings, code = container.pings_until_exit()
        log = container.log()
    assert pings == {UNREACHED}
    assert code != 0
    assert f"\nThe release is not served: {reason}" in log


def test_health_is_200_when_the_model_answers_and_at_no_other_time(
    make: Make, tmp_path: Path
) -> None:
    environment = {**server_environment(), "ANSWER_WITHIN_SECONDS": "4"}
    with running(make(GATED), tmp_path / "container", environment) as container:
        container.wait_for_log("loading")
        assert [container.ping(), container.post(0)] == [Reply(UNREACHED), Reply(UNREACHED)]
        (tmp_path / "container" / "model" / "open").touch()
        assert container.pings_until(200) <= {UNREACHED}
        assert container.post(0).json == 0

        busy = _in_background(lambda: container.post(2))
        begin = time.monotonic()
        assert container.ping().status == 200
        assert time.monotonic() - begin < 1
        assert busy().json == 2

        stuck = container.post(60)
        assert stuck.status in (503, UNREACHED)
        container.pings_until(200)
        assert container.post(0).json == 0
        container.wait_for_log("loading", times=2)
        assert container.log().count("loading") == 2

        [worker] = container.listeners()
        os.kill(worker, signal.SIGKILL)
        container.pings_until(200)
        assert container.post(0).json == 0
        assert len(container.listeners()) == 1


def test_requests_are_finished_after_sigterm(make: Make, tmp_path: Path) -> None:
    with running(make(GATED), tmp_path / "container") as container:
        (tmp_path / "container" / "model" / "open").touch()
        container.pings_until(200)
        busy = _in_background(lambda: container.post(3))
        time.sleep(0.5)
        container.terminate()
        assert busy().json == 3
        container.pings_until(UNREACHED)


def test_one_of_several_workers_loads_the_model(make: Make, tmp_path: Path) -> None:
    environment = {**server_environment(), "SAGEMAKER_MODEL_SERVER_WORKERS": "2"}
    with running(make(GATED), tmp_path / "container", environment) as container:
        container.wait_for_log("Another worker serves this release.")
        (tmp_path / "container" / "model" / "open").touch()
        container.pings_until(200)
        assert container.post(0).json == 0
        assert container.log().count("loading") == 1


def test_the_toolkits_own_server_is_healthy_whatever_the_model_does(
    make: Make, tmp_path: Path
) -> None:
    """What the local cloud imitates for releases that leave SageMaker's port to the toolkit."""
    release = make(GATED)
    with running(release, tmp_path / "slow", {}) as container:
        container.pings_until(200)
        assert container.post(0, seconds=3) == Reply(UNREACHED)
    (release / "code" / "inference.py").write_text(RAISES)
    with running(release, tmp_path / "broken", {}) as container:
        container.pings_until(200)
        replies = [container.post(0) for _ in range(2)]
        assert [reply.status for reply in replies] == [400, 400]
        assert replies[0].json["message"] == "the weights do not fit"
        assert container.ping().status == 200


def _in_background(ask: Callable[[], Reply]) -> Callable[[], Reply]:
    replies: list[Reply] = []
    thread = threading.Thread(target=lambda: replies.append(ask()))
    thread.start()

    def wait() -> Reply:
        thread.join()
        return replies[0]

    return wait
