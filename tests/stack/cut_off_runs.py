"""Runs the real commands against a local cloud of their own and kills them on the way."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from local_cloud import LocalCloud
from vis_assis.build.environments import ROOT
from vis_assis.local.local_stack import LocalStack
from vis_assis.stack.target import LOCAL_VARIABLES
from vis_assis.terraform.runner import Terraform

LONGEST = 900
STEP = re.compile(r": (Creating|Destroying)\.\.\.")


@dataclass(frozen=True)
class CommandLine:
    """`make deploy` and `make destroy` as a user runs them with build/local.env loaded.

    Args:
        cloud: the local cloud.
        state_dir: the folder that `local_cloud` was started with.
        variables: Terraform variables that the user gives as VARS.
        is_confirmed: whether it is approved beforehand that data is destroyed.
        answer: what is typed at a terminal; None when there is no terminal.
        root: the clone that the commands run in.
        provider: variables that attach the commands to a provider of the cloud; those that are
            killed start their own, which is killed with them.
    """

    cloud: LocalCloud
    state_dir: Path
    variables: Mapping[str, Any] = field(default_factory=dict)
    is_confirmed: bool = True
    answer: str | None = None
    root: Path = ROOT
    provider: Mapping[str, str] = field(default_factory=dict)

    @property
    def data_dir(self) -> Path:
        return self.state_dir / "terraform"

    @property
    def terraform(self) -> Terraform:
        """Drives the stack that the commands act on."""
        return Terraform(
            data_dir=self.data_dir,
            environment={**self.cloud.environment(), **self.provider},
            variables={**LOCAL_VARIABLES, **self.variables},
            state=self.data_dir / "terraform.tfstate",
        )

    def run(self, command: str, *options: str) -> str:
        """Runs a command to its successful end and returns what it printed.

        Args:
            command: deploy or destroy.
            options: of the command.
        """
        exit_code, printed = self._finish(command, options)
        assert exit_code == 0, f"{command} exited with {exit_code}:\n{printed}"
        return printed

    def fail(self, command: str, *options: str) -> str:
        """Runs a command that must fail, as `run` does, and returns what it printed."""
        exit_code, printed = self._finish(command, options)
        assert exit_code == 1, f"{command} exited with {exit_code}:\n{printed}"
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
        process = replace(self, provider={})._start(command)
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

    def kill_plain(self, command: str, step: int) -> None:
        """Kills plain `terraform apply` or `destroy`, which leaves no journal, with its providers.

        Args:
            command: apply or destroy.
            step: with which it ends.
        """
        terraform = replace(self, provider={}).terraform
        log = self.data_dir / "plain.log"
        with log.open("w") as printed:
            process = subprocess.Popen(
                [
                    *("terraform", f"-chdir={terraform.prepared_root()}", command),
                    *("-auto-approve", "-input=false", "-no-color", "-parallelism=40"),
                    *(*terraform.state_arguments, *terraform.variable_arguments),
                ],
                env={**terraform.process_environment(), "TF_INPUT": "0"},
                stdout=printed,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + LONGEST
        while process.poll() is None and len(STEP.findall(log.read_text())) < step:
            assert time.monotonic() < deadline, f"terraform {command} never came to step {step}"
            time.sleep(0.1)
        assert process.poll() is None, log.read_text()[-3000:]
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def changes(self) -> str:
        """What a plan would still change."""
        return self.terraform.changes()

    def stack(self) -> LocalStack:
        """What was deployed; `terraform output` takes longer to start than to read the state."""
        state = json.loads((self.data_dir / "terraform.tfstate").read_text())
        outputs = {name: output["value"] for name, output in state["outputs"].items()}
        return LocalStack(self.cloud, self.terraform, outputs)

    def inventory(self) -> dict[str, list[str]]:
        """Every resource of every service, as the cloud itself lists them."""
        found: dict[str, list[str]] = self.cloud.control("inventory")
        return found

    def _finish(self, command: str, options: Sequence[str]) -> tuple[int, str]:
        process = self._start(command, options)
        printed, _ = process.communicate(timeout=LONGEST)
        return process.returncode, printed

    def _start(self, command: str, options: Sequence[str] = ()) -> subprocess.Popen[str]:
        given = [
            f"-var={name}={value if isinstance(value, str) else json.dumps(value)}"
            for name, value in self.variables.items()
        ]
        arguments = [command, *options, "--state-dir", str(self.state_dir)]
        stdin = subprocess.DEVNULL
        if self.answer is not None:
            keyboard, stdin = os.openpty()
            os.write(keyboard, f"{self.answer}\n".encode())
        return subprocess.Popen(
            [sys.executable, "-m", "vis_assis", *arguments],
            cwd=self.root,
            env={
                **os.environ,
                **self.cloud.environment(),
                **self.provider,
                "AUTO_APPROVE": "1" if self.is_confirmed else "0",
                "VARS": shlex.join(given),
            },
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
