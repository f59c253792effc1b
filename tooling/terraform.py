"""Drives Terraform: finds its providers, keeps its files below one folder, reads its outputs."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tooling.environments import ROOT
from tooling.terraform_mirror import write_cli_config


class TerraformError(RuntimeError):
    """Terraform exited with an error; the message carries the end of what it printed."""


@dataclass(frozen=True)
class Terraform:
    """One configuration with its own working data and state.

    Args:
        data_dir: folder for everything that Terraform writes (providers, state, log).
        environment: variables for the process, such as the ones that point it at the local cloud.
        root: folder of the configuration.
        variables: values for the configuration's variables; non-strings are given as JSON.
        state: the state file; None leaves the state to the configured backend.
    """

    data_dir: Path
    environment: Mapping[str, str]
    root: Path = ROOT
    variables: Mapping[str, Any] = field(default_factory=dict)
    state: Path | None = None

    @property
    def _state_arguments(self) -> list[str]:
        return [] if self.state is None else [f"-state={self.state}"]

    def _variables(self) -> list[str]:
        return [
            f"-var={name}={value if isinstance(value, str) else json.dumps(value)}"
            for name, value in self.variables.items()
        ]

    def _environment(self) -> dict[str, str]:
        self.data_dir.mkdir(parents=True, exist_ok=True)
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith("TF_VAR_")},
            **self.environment,
            "TF_DATA_DIR": str(self.data_dir / ".terraform"),
            "TF_CLI_CONFIG_FILE": str(write_cli_config(self.data_dir / "terraform.rc")),
            "TF_IN_AUTOMATION": "true",
            "TF_INPUT": "0",
            "CHECKPOINT_DISABLE": "1",
        }

    def run(
        self, *arguments: str, allowed: tuple[int, ...] = (0,)
    ) -> subprocess.CompletedProcess[str]:
        """Runs one subcommand; its output goes to `terraform.log` in the data folder too.

        Raises:
            TerraformError: when the exit code is not an allowed one.
        """
        done = subprocess.run(
            [os.environ.get("TERRAFORM", "terraform"), f"-chdir={self.root}", *arguments],
            env=self._environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        with (self.data_dir / "terraform.log").open("a") as log:
            log.write(f"$ terraform {' '.join(arguments)}\n{done.stdout}{done.stderr}\n")
        if done.returncode not in allowed:
            raise TerraformError(
                f"terraform {arguments[0]} exited with {done.returncode}:\n"
                + (done.stderr or done.stdout)[-6000:]
            )
        return done

    def init(self) -> None:
        """Installs the providers from a mirror of this machine, or else from the registry."""
        self.run("init", "-input=false", "-no-color")

    def apply(self) -> dict[str, Any]:
        """Creates or changes everything and returns the outputs."""
        self.run(
            "apply",
            "-auto-approve",
            "-input=false",
            "-no-color",
            "-parallelism=40",
            *self._state_arguments,
            *self._variables(),
        )
        return self.outputs()

    def outputs(self) -> dict[str, Any]:
        """The outputs' values by name."""
        raw = json.loads(self.run("output", "-json", *self._state_arguments).stdout)
        return {name: output["value"] for name, output in raw.items()}

    def changes(self) -> str:
        """What a plan would change, as Terraform words it; empty when nothing would."""
        done = self.run(
            "plan",
            "-detailed-exitcode",
            "-input=false",
            "-no-color",
            *self._state_arguments,
            *self._variables(),
            allowed=(0, 2),
        )
        return done.stdout if done.returncode == 2 else ""

    def destroy(self) -> None:
        """Removes everything."""
        self.run(
            "destroy",
            "-auto-approve",
            "-input=false",
            "-no-color",
            "-parallelism=40",
            *self._state_arguments,
            *self._variables(),
        )
