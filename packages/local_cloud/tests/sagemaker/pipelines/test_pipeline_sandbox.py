"""Both ways of giving a job its own /opt/ml, and the process that runs in it."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from local_cloud.sagemaker.processing.job_folder import JobFolder
from local_cloud.sagemaker.processing.job_process import JobProcess
from local_cloud.sagemaker.processing.sandbox import (
    SANDBOX_VARIABLE,
    MountNamespace,
    PathRewriting,
    Sandbox,
    chosen_sandbox,
    namespaces_work,
)
from local_cloud.testing.waiting import wait_for
from support.pipeline_kit import is_still

COPY = "import os, sys; open(os.environ['TARGET'], 'w').write(open(sys.argv[1]).read())"


@pytest.fixture
def folder(tmp_path: Path) -> JobFolder:
    folder = JobFolder(tmp_path / "job")
    folder.create("processing", "output", "config")
    folder.provide_python(sys.executable)
    return folder


def run(
    folder: JobFolder,
    sandbox: Sandbox,
    argv: list[str],
    environment: dict[str, str] | None = None,
    *,
    max_seconds: float = 20,
    process: JobProcess | None = None,
) -> tuple[str, int]:
    base = {"PATH": f"{folder.commands}:/usr/bin:/bin", **(environment or {})}
    return (process or JobProcess(grace_seconds=0.5)).run(
        sandbox.command(argv, folder.root),
        environment=sandbox.environment(base, folder.root),
        folder=folder.home,
        log=folder.log,
        max_seconds=max_seconds,
    )


def sandboxes() -> list[Sandbox]:
    return [PathRewriting(), *([MountNamespace()] if namespaces_work() else [])]


def assert_rewriting_is_chosen() -> None:
    """What must hold on a machine without namespaces."""
    assert chosen_sandbox().name == PathRewriting.name


@pytest.mark.parametrize("sandbox", sandboxes(), ids=lambda sandbox: sandbox.name)
def test_paths_in_arguments_and_environment_are_the_jobs_own(
    folder: JobFolder, sandbox: Sandbox
) -> None:
    (folder.root / "ml" / "processing" / "in.txt").write_text("hello")
    argv = ["python3", "-c", COPY, "/opt/ml/processing/in.txt"]
    ending = run(folder, sandbox, argv, {"TARGET": "/opt/ml/output/message"})
    assert ending == ("exited", 0), folder.log.read_text()
    assert folder.exit_message() == "hello"
    assert not Path("/opt/ml/output/message").exists()


def test_literal_paths_inside_code_work_in_a_namespace(folder: JobFolder) -> None:
    if not namespaces_work():
        assert_rewriting_is_chosen()
        return
    code = "open('/opt/ml/output/message', 'w').write('literal')"
    others = {path.name for path in Path("/opt").iterdir()} - {"ml"}
    listing = f"import os; assert set(os.listdir('/opt')) == {others | {'ml'}!r}; {code}"
    ending = run(folder, MountNamespace(), ["python3", "-c", listing])
    assert ending == ("exited", 0), folder.log.read_text()
    assert folder.exit_message() == "literal"


def test_only_whole_paths_are_rewritten(tmp_path: Path) -> None:
    command = PathRewriting().command(
        ["--root=/opt/ml", "/opt/ml/x:/opt/ml/y", "/opt/mlops/x", "/opt/ml-2"], tmp_path
    )
    ml = tmp_path / "ml"
    assert command == [f"--root={ml}", f"{ml}/x:{ml}/y", "/opt/mlops/x", "/opt/ml-2"]


def test_the_sandbox_can_be_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SANDBOX_VARIABLE, "rewriting")
    assert isinstance(chosen_sandbox(), PathRewriting)
    monkeypatch.setenv(SANDBOX_VARIABLE, "namespace")
    assert isinstance(chosen_sandbox(), MountNamespace)
    monkeypatch.setenv(SANDBOX_VARIABLE, "docker")
    with pytest.raises(ValueError, match="must be namespace or rewriting, not 'docker'"):
        chosen_sandbox()


@pytest.mark.parametrize("sandbox", sandboxes(), ids=lambda sandbox: sandbox.name)
def test_exit_codes_are_the_commands_own(folder: JobFolder, sandbox: Sandbox) -> None:
    assert run(folder, sandbox, ["sh", "-c", "exit 7"]) == ("exited", 7)
    assert run(folder, sandbox, ["sh", "-c", "kill -KILL $$"]) == ("exited", 137)


def test_a_time_limit_ends_the_whole_group_even_when_it_ignores_the_polite_signal(
    folder: JobFolder,
) -> None:
    beat = folder.root / "beat"
    stubborn = (
        "trap '' TERM\n"
        f"(trap '' TERM; while true; do date +%s.%N > {beat}; sleep 0.05; done) &\n"
        "wait\n"
    )
    ending, _ = run(folder, PathRewriting(), ["bash", "-c", stubborn], max_seconds=0.5)
    assert ending == "timed out"
    wait_for(lambda: is_still(beat), what="the end of the grandchild")


SERVER = """
import sys
from pathlib import Path
from local_cloud.sagemaker.processing.job_process import JobProcess
from local_cloud.sagemaker.processing.sandbox import MountNamespace
root = Path(sys.argv[1])
beat = f"while true; do date > {root}/beat; sleep 0.05; done"
argv = MountNamespace().command(["sh", "-c", beat], root)
environment = {"PATH": "/usr/bin:/bin"}
JobProcess().run(argv, environment=environment, folder=root, log=root / "log", max_seconds=60)
"""


def test_a_command_in_a_namespace_does_not_outlive_a_killed_server(folder: JobFolder) -> None:
    if not namespaces_work():
        assert_rewriting_is_chosen()
        return
    server = subprocess.Popen([sys.executable, "-c", SERVER, str(folder.root)])
    beat = folder.root / "beat"
    try:
        wait_for(beat.exists)
    finally:
        server.kill()
        server.wait()
    wait_for(lambda: is_still(beat), what="the end of the command")


def test_stopping_ends_a_running_command_and_prevents_one_not_yet_started(
    folder: JobFolder,
) -> None:
    process = JobProcess(grace_seconds=0.5)
    endings: list[tuple[str, int]] = []
    argv = ["sh", "-c", "echo started; sleep 60"]
    runner = threading.Thread(
        target=lambda: endings.append(run(folder, PathRewriting(), argv, process=process))
    )
    runner.start()
    wait_for(lambda: folder.log.exists() and "started" in folder.log.read_text())
    process.stop()
    runner.join(10)
    assert [ending for ending, _ in endings] == ["stopped"]
    assert run(folder, PathRewriting(), argv, process=process) == ("stopped", 0)


def test_a_command_that_is_just_being_started_is_killed_too(
    folder: JobFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a busy machine it may be at work long before the one who started it hears of it."""
    started, heard = threading.Event(), threading.Event()
    start = subprocess.Popen

    def start_slowly(*positional: Any, **named: Any) -> Any:
        process = start(*positional, **named)
        started.set()
        heard.wait(10)
        return process

    monkeypatch.setattr(
        "local_cloud.sagemaker.processing.job_process.subprocess.Popen", start_slowly
    )
    process, endings = JobProcess(), list[tuple[str, int]]()
    argv = ["sleep", "60"]
    runner = threading.Thread(
        target=lambda: endings.append(run(folder, PathRewriting(), argv, process=process))
    )
    runner.start()
    assert started.wait(10)
    killer = threading.Thread(target=process.kill)
    killer.start()
    killer.join(0.2)
    heard.set()
    for thread in (killer, runner):
        thread.join(10)
    assert endings == [("stopped", 137)]


@pytest.mark.parametrize("path", ["/tmp/x", "/opt/ml/../x", "/opt/mlx"])  # noqa: S108
def test_a_path_outside_the_container_folder_is_refused(folder: JobFolder, path: str) -> None:
    with pytest.raises(ValueError, match="must lie below"):
        folder.local(path)
