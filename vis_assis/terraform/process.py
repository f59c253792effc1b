"""Runs commands that Ctrl-C must not cut off, and ones that must not outlive it."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress


def run(
    command: Sequence[str],
    environment: Mapping[str, str],
    *,
    watch: Callable[[str], None] | None = None,
    is_disposable: bool = False,
) -> subprocess.CompletedProcess[str]:
    """Runs the command to its end and returns it.

    Ctrl-C reaches it from the terminal as well: it is given time to end by itself, as Terraform
    needs to write its state and release the lock, before KeyboardInterrupt goes on.

    Args:
        command: program and arguments.
        environment: of the process.
        watch: told of each line without its end; stdout then holds stderr too.
        is_disposable: its work may be lost: an exception kills it with all that it started,
            such as Terraform's providers, which a killed Terraform leaves behind.
    """
    with subprocess.Popen(
        command,
        env=environment,
        # Reading the terminal from another group would suspend it.
        stdin=subprocess.DEVNULL if is_disposable else None,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE if watch is None else subprocess.STDOUT,
        text=True,
        process_group=0 if is_disposable else None,
    ) as process:
        try:
            stdout, stderr = _read(process, watch)
        except BaseException as error:
            if is_disposable:
                # It may have ended meanwhile; macOS refuses to signal what waits to be reaped.
                with suppress(ProcessLookupError, PermissionError):
                    os.killpg(process.pid, signal.SIGKILL)
            elif isinstance(error, KeyboardInterrupt):
                _read(process, watch)
            raise
    return subprocess.CompletedProcess(command, process.returncode, stdout, stderr)


def _read(process: subprocess.Popen[str], watch: Callable[[str], None] | None) -> tuple[str, str]:
    if watch is None:
        return process.communicate()
    assert process.stdout is not None  # noqa: S101 - a pipe was asked for
    lines = []
    for line in iter(process.stdout.readline, ""):
        lines.append(line)
        watch(line.rstrip("\n"))
    return "".join(lines), ""
