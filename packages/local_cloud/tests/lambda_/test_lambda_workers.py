"""Invocations under way while their function changes."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_cloud import LocalCloud
from local_cloud.testing.clients import clients_of
from local_cloud.testing.waiting import wait_for
from support.functions import create_function, invoke, zipped

SOURCE = """
    import os, pathlib, tempfile, time
    def handle(event, context):
        folder = pathlib.Path(tempfile.gettempdir())
        seen = {"mode": os.environ["MODE"], "folder": str(folder), "pid": os.getpid()}
        if event.get("wait"):
            (folder / "began").touch()
            deadline = time.monotonic() + 15
            while not (folder / "finish").exists() and time.monotonic() < deadline:
                time.sleep(0.02)
        return seen
    """
OTHER_SOURCE = "def handle(event, context):\n    return {'mode': 'new', 'pid': 0}\n"


class Running:
    """A function with the mode `old` and an invocation of it that goes on until told otherwise."""

    def __init__(self, client: Any, name: str, role: str, pool: ThreadPoolExecutor) -> None:
        self.client, self.name = client, name
        self.functions = client("lambda")
        create_function(client, name, role, SOURCE, {"MODE": "old"})
        warm = invoke(client, name)
        self.folder, self.pid = Path(warm["folder"]), int(warm["pid"])
        self.answer: Future[Any] = pool.submit(invoke, client, name, {"wait": True})
        wait_for((self.folder / "began").exists, 15, "the invocation's begin")

    def configure(self) -> None:
        """Gives the function the mode `new`."""
        self.functions.update_function_configuration(
            FunctionName=self.name, Environment={"Variables": {"MODE": "new"}}
        )

    def replace_code(self) -> None:
        """Gives the function code that answers `new`."""
        self.functions.update_function_code(FunctionName=self.name, ZipFile=zipped(OTHER_SOURCE))

    def finish(self) -> Any:
        """Lets the invocation end; its answer."""
        (self.folder / "finish").touch()
        return self.answer.result(15)


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.fixture
def pool() -> Any:
    with ThreadPoolExecutor() as threads:
        yield threads


@pytest.fixture
def running(client: Any, unique: str, make_role: Any, pool: ThreadPoolExecutor) -> Running:
    return Running(client, unique, make_role("lambda"), pool)


@pytest.mark.parametrize("change", [Running.configure, Running.replace_code])
def test_an_update_lets_the_invocation_under_way_finish(
    running: Running, change: Callable[[Running], None]
) -> None:
    change(running)
    later = invoke(running.client, running.name)
    assert (later["mode"], later["pid"] == running.pid) == ("new", False)
    assert not running.answer.done()
    ended = running.finish()
    assert (ended["mode"], ended["pid"]) == ("old", running.pid)
    wait_for(lambda: is_gone(running.pid), 5, "the end of the old worker")
    assert not running.folder.exists()
    assert invoke(running.client, running.name) == later


def test_a_deletion_lets_the_invocation_under_way_finish(running: Running) -> None:
    running.functions.delete_function(FunctionName=running.name)
    with pytest.raises(ClientError, match="ResourceNotFound"):
        invoke(running.client, running.name)
    assert running.finish()["mode"] == "old"
    wait_for(lambda: is_gone(running.pid), 5, "the end of the old worker")


def test_an_update_ends_an_idle_worker_at_once(client: Any, unique: str, make_role: Any) -> None:
    create_function(client, unique, make_role("lambda"), SOURCE, {"MODE": "old"})
    pid = invoke(client, unique)["pid"]
    client("lambda").update_function_configuration(
        FunctionName=unique, Environment={"Variables": {"MODE": "new"}}
    )
    assert is_gone(pid)
    assert invoke(client, unique)["mode"] == "new"


def test_a_reset_ends_what_an_update_let_run(tmp_path: Path, pool: ThreadPoolExecutor) -> None:
    with LocalCloud(tmp_path, hub=False) as cloud:
        client = clients_of(cloud)
        trust = json.dumps({"Version": "2012-10-17", "Statement": []})
        role = client("iam").create_role(RoleName="own", AssumeRolePolicyDocument=trust)["Role"]
        running = Running(client, "own", role["Arn"], pool)
        running.configure()
        cloud.control("reset", {})
        assert is_gone(running.pid)
        assert running.answer.result(5)["errorMessage"] == "Worker process died"
