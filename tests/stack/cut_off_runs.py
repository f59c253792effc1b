"""Runs the real commands against a local cloud of their own and kills them on the way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from local_cloud import LocalCloud
from tooling.environments import ROOT
from tooling.local_stack import LOCAL_VARIABLES
from tooling.terraform import Terraform

LONGEST = 900


@dataclass(frozen=True)
class CommandLine:
    """`make deploy` and `make destroy` as a user runs them with build/local.env loaded.

    Args:
        cloud: the local cloud.
        state_dir: the folder that `local_cloud` was started with.
    """

    cloud: LocalCloud
    state_dir: Path

    @property
    def data_dir(self) -> Path:
        return self.state_dir / "terraform"

    def run(self, command: str) -> str:
        """Runs a command to its successful end and returns what it printed."""
        process = self._start(command)
        printed, _ = process.communicate(timeout=LONGEST)
        assert process.returncode == 0, f"{command} exited with {process.returncode}:\n{printed}"
        return printed

    def kill_during(self, command: str, seconds: float) -> bool:
        """Kills command, Terraform and providers at once, as a power cut would.

        Args:
            command: deploy or destroy.
            seconds: after it began to change the account.

        Returns:
            Whether it was still under way.
        """
        journal = self.data_dir / "unfinished"
        before = journal.stat().st_mtime_ns if journal.exists() else None
        process = self._start(command)
        deadline = time.monotonic() + LONGEST
        while process.poll() is None and not (
            journal.exists() and journal.stat().st_mtime_ns != before
        ):
            assert time.monotonic() < deadline, f"{command} never began"
            time.sleep(0.1)
        time.sleep(seconds)
        under_way = process.poll() is None
        if under_way:
            os.killpg(process.pid, signal.SIGKILL)
        printed, _ = process.communicate()
        assert under_way or process.returncode == 0, printed
        return under_way

    def changes(self) -> str:
        """What a plan would still change."""
        return Terraform(
            data_dir=self.data_dir,
            environment=self.cloud.environment(),
            variables=LOCAL_VARIABLES,
            state=self.data_dir / "terraform.tfstate",
        ).changes()

    def inventory(self) -> dict[str, list[str]]:
        """Every resource of every service, as the cloud itself lists them."""
        found: dict[str, list[str]] = self.cloud.control("inventory")
        return found

    def _start(self, command: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "tooling", command, "--state-dir", str(self.state_dir)],
            cwd=ROOT,
            env={**os.environ, **self.cloud.environment(), "AUTO_APPROVE": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
