"""The first signal ends the work; none ends the clean-up."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.processes import is_alive
from vis_assis.terraform.interruption import interruptible, uninterrupted
from vis_assis.terraform.watched_process import run_disposable, run_to_its_end

Run = Callable[..., subprocess.CompletedProcess[str]]
LONGEST = 60
LOCKING = """
import pathlib, signal, sys, time

lock = pathlib.Path({lock!r})


def release(*_):
    time.sleep(1)
    lock.unlink()
    sys.exit(1)


signal.signal(signal.SIGINT, release)
lock.touch()
while True:
    time.sleep(0.1)
"""
ALL = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


@pytest.fixture(autouse=True)
def terminal() -> Iterator[None]:
    """One whose signals count, also when the tests themselves run in the background."""
    before = {
        signal.SIGHUP: signal.signal(signal.SIGHUP, signal.SIG_DFL),
        signal.SIGINT: signal.signal(signal.SIGINT, signal.default_int_handler),
    }
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("first", ALL)
@pytest.mark.parametrize("second", ALL)
def test_a_second_signal_leaves_the_clean_up_alone(first: int, second: int) -> None:
    before = [signal.getsignal(number) for number in ALL]
    cleaned = []
    with pytest.raises(KeyboardInterrupt), interruptible():
        try:
            os.kill(os.getpid(), first)
            time.sleep(5)
        finally:
            os.kill(os.getpid(), second)
            time.sleep(0.01)
            cleaned.append(True)
    assert cleaned
    assert [signal.getsignal(number) for number in ALL] == before


def test_the_first_signal_may_come_during_the_clean_up() -> None:
    done = []
    with interruptible(), uninterrupted():
        for number in ALL:
            os.kill(os.getpid(), number)
        time.sleep(0.01)
        done.append(True)
    assert done


def test_a_closed_terminal_ends_nothing_under_nohup() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with interruptible():
        os.kill(os.getpid(), signal.SIGHUP)
        time.sleep(0.01)
    with pytest.raises(KeyboardInterrupt), interruptible():
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(5)
    assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN


def test_an_interruption_ends_the_children_of_a_child(tmp_path: Path) -> None:
    """As Terraform and its providers: a killed parent does not take its children with it."""
    started = tmp_path / "child"
    script = f"sleep 60 & echo $! > {started}; wait"
    program = (
        "import os\nfrom vis_assis.terraform.interruption import interruptible\n"
        "from vis_assis.terraform.watched_process import run_disposable\n"
        f"with interruptible():\n    run_disposable(['sh', '-c', {script!r}], os.environ)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.DEVNULL) as process:
        _wait_until(lambda: started.exists() and started.read_text().strip(), process)
        process.terminate()
        process.wait(LONGEST)
    child = int(started.read_text())
    _wait_until(lambda: not is_alive(child))


def test_an_interruption_may_come_when_the_command_has_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    communicate = subprocess.Popen.communicate

    def reap(process: subprocess.Popen[str]) -> None:
        communicate(process)
        raise KeyboardInterrupt

    monkeypatch.setattr(subprocess.Popen, "communicate", reap)
    with pytest.raises(KeyboardInterrupt):
        run_disposable(["true"], os.environ)


def test_a_group_that_may_not_be_signalled_hides_no_interruption(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    def interrupt(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "killpg", refuse)
    monkeypatch.setattr(subprocess.Popen, "communicate", interrupt)
    with pytest.raises(KeyboardInterrupt):
        run_disposable(["true"], os.environ)


def test_an_interrupted_plan_on_aws_releases_the_lock_of_its_state(tmp_path: Path) -> None:
    """Ctrl-C reaches all that the terminal runs; Terraform needs a while for the lock in S3."""
    lock, terraform, script = (tmp_path / name for name in ("lock", "terraform", "locking.py"))
    script.write_text(LOCKING.format(lock=str(lock)))
    terraform.write_text(
        f"#!/bin/sh\nexec {shlex.quote(sys.executable)} {shlex.quote(str(script))}\n"
    )
    terraform.chmod(0o755)
    program = (
        "from pathlib import Path\nfrom vis_assis.terraform.runner import Terraform\n"
        f"Terraform(Path({str(tmp_path / 'data')!r}), {{}}).run('plan')\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program],
        env={**os.environ, "TERRAFORM": str(terraform)},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        _wait_until(lock.exists, process)
        os.killpg(process.pid, signal.SIGINT)
        _, printed = process.communicate(timeout=LONGEST)
    assert printed.endswith("KeyboardInterrupt\n")
    assert not lock.exists()


@pytest.mark.parametrize("run", [run_disposable, run_to_its_end])
def test_a_command_gives_its_output_and_exit_code(run: Run) -> None:
    done = run(["sh", "-c", "echo out; echo err >&2; exit 3"], os.environ)
    assert (done.stdout, done.stderr, done.returncode) == ("out\n", "err\n", 3)


def _wait_until(condition: Callable[[], Any], process: subprocess.Popen[Any] | None = None) -> None:
    deadline = time.monotonic() + LONGEST
    while not condition():
        assert process is None or process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
