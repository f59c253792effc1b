"""Runs commands that Ctrl-C must not cut off, and ones that must not outlive it."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress


def run_watched(
    command: Sequence[str], environment: Mapping[str, str], watch: Callable[[str], None]
) -> subprocess.CompletedProcess[str]:
    """Runs the command to its end and returns it; stdout holds stderr too.

    Ctrl-C reaches the command from the terminal as well: it gets the time to end in order, as
    Terraform needs to write its state, before KeyboardInterrupt goes on.

    Args:
        command: program and arguments.
        environment: of the process.
        watch: told of each line without its end.
    """
    lines: list[str] = []
    interrupted = False
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None  # noqa: S101 - a pipe was asked for
        while True:
            try:
                line = process.stdout.readline()
                if not line:
                    break
                lines.append(line)
                watch(line.rstrip("\n"))
            except KeyboardInterrupt:
                if interrupted:
                    raise
                interrupted = True
        process.wait()
    if interrupted:
        raise KeyboardInterrupt
    return subprocess.CompletedProcess(command, process.returncode, "".join(lines), "")


def run_to_its_end(
    command: Sequence[str], environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Runs the command to its end and returns it, stdout and stderr apart.

    Ctrl-C gives it the time that `run_watched` does: a plan, too, holds the lock of its state.

    Args:
        command: program and arguments.
        environment: of the process.
    """
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            stdout, stderr = process.communicate()
        except KeyboardInterrupt:
            process.communicate()
            raise
    return subprocess.CompletedProcess(command, process.returncode, stdout, stderr)


def run_disposable(
    command: Sequence[str], environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Runs the command to its end and returns it; an exception kills all that it started.

    For work that nobody misses: Terraform, which would end in order, leaves its providers behind
    when it is killed itself.

    Args:
        command: program and arguments.
        environment: of the process.
    """
    with subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,  # reading the terminal from another group would suspend it
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,
    ) as process:
        try:
            stdout, stderr = process.communicate()
        except BaseException:
            # It may have ended meanwhile; macOS refuses to signal what only waits to be reaped.
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            raise
    return subprocess.CompletedProcess(command, process.returncode, stdout, stderr)
