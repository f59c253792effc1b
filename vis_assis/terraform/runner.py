"""Drives Terraform: finds its providers, keeps its files below one folder, reads its outputs."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vis_assis.build.environments import ROOT
from vis_assis.errors import CommandError
from vis_assis.terraform.linked_root import backend_files, link_root, values_files
from vis_assis.terraform.mirror import init_arguments
from vis_assis.terraform.process import run

NO_CHECKSUM = re.compile(r"match\s+any\s+of\s+the\s+checksums\s+previously\s+recorded")


# What would send AWS clients or Terraform somewhere else; proxies stay, as providers may need one.
_OF_THE_SHELL = ("AWS_", "TF_CLI_ARGS", "TF_DATA_DIR", "TF_VAR_", "TF_WORKSPACE")


def without_settings(environment: Mapping[str, str]) -> dict[str, str]:
    """A shell's variables, without what it says about AWS and Terraform: for a local cloud."""
    return {
        name: value for name, value in environment.items() if not name.startswith(_OF_THE_SHELL)
    }


class TerraformError(CommandError):
    """Terraform exited with an error; the message carries the end of what it printed."""


@dataclass(frozen=True)
class Terraform:
    """One configuration with its own working data and state.

    Args:
        data_dir: folder for everything that Terraform writes (providers, state, log).
        environment: variables for the process; with those that point it at a local cloud, what
            the caller's shell and files such as terraform.tfvars say about AWS is left out.
        root: folder of the configuration.
        variables: values for the configuration's variables; non-strings are given as JSON.
        state: the state file, whatever backend is configured; None leaves the state to that.
        working_data: folder of providers and backend settings; None: `.terraform` in data_dir.
        arguments: further arguments of plan, such as `-var-file=…`.
    """

    data_dir: Path
    environment: Mapping[str, str]
    root: Path = ROOT
    variables: Mapping[str, Any] = field(default_factory=dict)
    state: Path | None = None
    working_data: Path | None = None
    arguments: Sequence[str] = ()

    @property
    def state_arguments(self) -> list[str]:
        """The arguments that name the state file; none when the backend has it."""
        return [] if self.state is None else [f"-state={self.state}"]

    @property
    def planning_arguments(self) -> list[str]:
        """The arguments of plan, and of what plans by itself."""
        return [
            *("-input=false", "-no-color", "-parallelism=40"),
            *self.state_arguments,
            *self.variable_arguments,
        ]

    @property
    def variable_arguments(self) -> list[str]:
        """The arguments of plan that give the variables."""
        return [
            f"-var={name}={value if isinstance(value, str) else json.dumps(value)}"
            for name, value in self.variables.items()
        ] + list(self.arguments)

    def prepared_root(self) -> Path:
        """The folder to run in, without what is another stack's.

        A local state file has no use for a backend's settings, and a local cloud none for the
        values of the stack on AWS, which Terraform would load beside the ones given here.
        """
        others = [] if self.state is None else backend_files(self.root)
        others += values_files(self.root) if self._is_local else []
        if not others:
            return self.root
        return link_root(self.root, self.data_dir / "linked_root", others)

    @property
    def log(self) -> Path:
        """The file with all that Terraform printed."""
        return self.data_dir / "terraform.log"

    @property
    def working_folder(self) -> Path:
        """Folder of providers and of the backend's settings."""
        return self.working_data or self.data_dir / ".terraform"

    def process_environment(self) -> dict[str, str]:
        """The variables that Terraform runs with; makes the folder that they name."""
        self.data_dir.mkdir(parents=True, exist_ok=True)
        return {
            **self._inherited(),
            **self.environment,
            "TF_DATA_DIR": str(self.working_folder),
            "TF_IN_AUTOMATION": "true",
            "TF_INPUT": "0",
            "CHECKPOINT_DISABLE": "1",
        }

    @property
    def _is_local(self) -> bool:
        return "AWS_ENDPOINT_URL" in self.environment

    def _inherited(self) -> dict[str, str]:
        if self._is_local:
            return without_settings(os.environ)
        return {name: value for name, value in os.environ.items() if not name.startswith("TF_VAR_")}

    def run(
        self,
        *arguments: str,
        allowed: tuple[int, ...] = (0,),
        watch: Callable[[str], None] | None = None,
        quiet: bool = False,
    ) -> subprocess.CompletedProcess[str]:
        """Runs one subcommand; its output goes to `terraform.log` in the data folder too.

        Args:
            arguments: of Terraform, the subcommand first.
            allowed: exit codes that are no error.
            watch: told of each line as it is printed; errors are then among them.
            quiet: keeps the output out of the log: it is long, or holds sensitive values.

        Raises:
            TerraformError: when the exit code is not an allowed one.
        """
        command = [
            os.environ.get("TERRAFORM", "terraform"),
            f"-chdir={self.prepared_root()}",
            *arguments,
        ]
        done = run(
            command,
            self.process_environment(),
            watch=watch,
            is_disposable=self._is_local and watch is None,
        )
        with self.log.open("a") as log:
            printed = "" if quiet else f"{done.stdout}{done.stderr}\n"
            log.write(f"$ terraform {' '.join(arguments)}\n{printed}")
        if done.returncode not in allowed:
            raise TerraformError(
                f"terraform {arguments[0]} exited with {done.returncode}:\n"
                + (done.stderr or done.stdout)[-6000:]
            )
        return done

    def init(self, backend_config: str | None = None, *, backend: bool = True) -> None:
        """Installs the providers, from a mirror of this machine where Terraform is told of none.

        Args:
            backend_config: file with the settings of the state's backend; None when it has none.
            backend: False leaves the state's backend alone.

        Raises:
            TerraformError: when the exit code is not 0, such as on a platform without checksum.
        """
        # Terraform stops at a recorded module whose folder is gone; it writes the record again.
        self.working_folder.joinpath("modules", "modules.json").unlink(missing_ok=True)
        settings = [] if backend_config is None else [f"-backend-config={backend_config}"]
        settings += [] if backend else ["-backend=false"]
        try:
            # Read only: the registry would add checksums to the committed file.
            self.run(
                *("init", "-input=false", "-no-color", "-lockfile=readonly"),
                *(*init_arguments(self.root), *settings),
            )
        except TerraformError as error:
            if not NO_CHECKSUM.search(str(error)):
                raise
            platform = json.loads(self.run("version", "-json").stdout)["platform"]
            raise TerraformError(
                f"the AWS provider for {platform} matches no checksum in .terraform.lock.hcl: if "
                "it lies unpacked in a mirror, and nobody has used one on this platform yet, run "
                f"`terraform get && terraform providers lock -platform={platform}` and commit "
                "what it adds; else it is not HashiCorp's package"
            ) from error

    def apply(self) -> dict[str, Any]:
        """Creates or changes everything and returns the outputs."""
        self.run("apply", "-auto-approve", *self.planning_arguments)
        return self.outputs()

    def recorded(self) -> list[str]:
        """Addresses of what the state knows; none without a state, which Terraform calls an error.

        Raises:
            TerraformError: when the backend cannot be read.
        """
        listed = self.run("state", "list", *self.state_arguments, allowed=(0, 1), quiet=True)
        if listed.returncode and "No state file was found" not in listed.stderr:
            raise TerraformError(listed.stderr)
        return listed.stdout.splitlines()

    def forget(self, addresses: Sequence[str]) -> None:
        """Takes resources out of the state; in the account nothing changes."""
        self.run("state", "rm", *self.state_arguments, *addresses)

    def outputs(self) -> dict[str, Any]:
        """The outputs' values by name."""
        raw = json.loads(self.run("output", "-json", "-no-color", *self.state_arguments).stdout)
        return {name: output["value"] for name, output in raw.items()}

    def changes(self) -> str:
        """What a plan would change, as Terraform words it; empty when nothing would."""
        done = self.run("plan", "-detailed-exitcode", *self.planning_arguments, allowed=(0, 2))
        return done.stdout if done.returncode == 2 else ""

    def destroy(self) -> None:
        """Removes everything."""
        self.run("destroy", "-auto-approve", *self.planning_arguments)
