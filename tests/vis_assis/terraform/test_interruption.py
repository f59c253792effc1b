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
from vis_assis.terraform.interruption import deferred, interruptible, uninterrupted
from vis_assis.terraform.process import run

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
        "from vis_assis.terraform.process import run\n"
        "with interruptible():\n"
        f"    run(['sh', '-c', {script!r}], os.environ, is_disposable=True)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.DEVNULL) as process:
        _wait_until(lambda: started.exists() and started.read_text().strip(), process)
        process.terminate()
        process.wait(LONGEST)
    child = int(started.read_text())
    _wait_until(lambda: not is_alive(child))


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


@pytest.mark.parametrize("is_disposable", [True, False])
@pytest.mark.parametrize("is_watched", [True, False])
def test_a_command_gives_its_output_and_exit_code(is_disposable: bool, is_watched: bool) -> None:
    told: list[str] = []
    done = run(
        ["sh", "-c", "echo out; echo err >&2; exit 3"],
        os.environ,
        watch=told.append if is_watched else None,
        is_disposable=is_disposable,
    )
    assert done.returncode == 3
    if is_watched:
        assert (told, done.stdout, done.stderr) == (["out", "err"], "out\nerr\n", "")
    else:
        assert (done.stdout, done.stderr) == ("out\n", "err\n")


def _wait_until(condition: Callable[[], Any], process: subprocess.Popen[Any] | None = None) -> None:
    deadline = time.monotonic() + LONGEST
    while not condition():
        assert process is None or process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("number", ALL)
def test_a_deferred_signal_counts_when_the_block_is_over(number: int) -> None:
    done = []
    with pytest.raises(KeyboardInterrupt), interruptible():
        with deferred():
            os.kill(os.getpid(), number)
            done.append("the block")
        done.append("what follows")
    assert done == ["the block"]
