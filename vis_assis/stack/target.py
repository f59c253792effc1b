"""Which stack the commands act on: the one of the running `make local`, or the one on AWS."""

from __future__ import annotations

import hashlib
import ipaddress
import json
import os
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from vis_assis.build.environments import ROOT
from vis_assis.errors import CommandError
from vis_assis.takeover.journal import Copy
from vis_assis.terraform.linked_root import backend_files
from vis_assis.terraform.runner import Terraform

LOCAL_STATE_DIR = ROOT / "build" / "local"
AWS_DATA_DIR = ROOT / "build" / "aws"
SERVER_FILE = Path("cloud") / "server.json"
LOCAL_VARIABLES: Mapping[str, Any] = {
    "enable_studio": False,  # its network alone takes longer than all the rest
    "navigation_capture": {"percentage": 100},
    "navigation_requests": {"answer_seconds": 24},  # a laptop at work is slower than AWS
    "navigation_sweep_rate": "rate(1 minute)",
    "no_amplify": True,
    "retry_base_seconds": 1,
    "promotion_sweep_rate": "rate(1 minute)",
    "teardown_settle_seconds": 1,
}


@dataclass(frozen=True)
class Target:
    """A stack to act on.

    Args:
        terraform: drives its configuration and state.
        is_local: whether it is the one of a local cloud.
        where: in a few words, for the user.
        journal_copy: where the journal is kept as well, for a machine that is thrown away.
    """

    terraform: Terraform
    is_local: bool
    where: str
    journal_copy: Copy | None = None

    @property
    def has_backend(self) -> bool:
        """Whether the configuration keeps its state somewhere else than in a local file."""
        return self.terraform.state is None

    @property
    def journal(self) -> Path:
        """The file that exists while a command runs, and after one was interrupted.

        One for each state: with a backend, for the settings that `terraform init` noted.
        """
        name = "unfinished"
        noted = self.terraform.working_folder / "terraform.tfstate"
        if self.has_backend and noted.is_file():
            backend = json.loads(noted.read_text())["backend"]
            settings = json.dumps([backend["type"], backend["config"]], sort_keys=True)
            name += f"-{hashlib.sha256(settings.encode()).hexdigest()[:12]}"
        return self.terraform.data_dir / name


def find_target(
    environment: Mapping[str, str] = os.environ,
    *,
    variables: str = "",
    variables_file: Path | None = None,
    local_state_dir: Path = LOCAL_STATE_DIR,
    root: Path = ROOT,
) -> Target:
    """Reads the target from the environment: AWS_ENDPOINT_URL decides.

    Args:
        environment: the process's variables; with build/local.env loaded, those of `make local`.
        variables: Terraform's own `-var` arguments as one text, as in a shell.
        variables_file: a `.tfvars` file.
        local_state_dir: folder that `make local` keeps its files in.
        root: folder of the configuration.

    Raises:
        CommandError: when AWS_ENDPOINT_URL is not the running `make local`, or VARS or TFVARS
            is wrong.
    """
    try:
        arguments = shlex.split(variables)
    except ValueError as error:
        raise CommandError(f"VARS cannot be read ({error}): {variables}") from error
    if variables_file is not None:
        if not variables_file.is_file():
            raise CommandError(
                f"TFVARS={variables_file} is no file: give the path of a .tfvars file"
            )
        arguments.append(f"-var-file={variables_file.resolve()}")
    endpoint = environment.get("AWS_ENDPOINT_URL")
    if endpoint:
        return _local(endpoint, local_state_dir, arguments, environment, root)
    # Plain `terraform` in the same folder finds the same providers, backend and state.
    terraform = Terraform(
        data_dir=AWS_DATA_DIR if root == ROOT else root / "build" / "aws",
        environment=_terraform_variables(environment),
        root=root,
        working_data=root / ".terraform",
        state=None if backend_files(root) else root / "terraform.tfstate",
        arguments=arguments,
    )
    return Target(terraform, is_local=False, where="AWS")


def _local(
    endpoint: str,
    state_dir: Path,
    arguments: list[str],
    environment: Mapping[str, str],
    root: Path,
) -> Target:
    host = urlsplit(endpoint).hostname or ""
    if host != "localhost" and not _is_loopback(host):
        raise CommandError(
            f"AWS_ENDPOINT_URL={endpoint} is neither AWS nor on this machine: unset it for AWS"
        )
    server = state_dir / SERVER_FILE
    if not server.is_file() or json.loads(server.read_text())["endpoint_url"] != endpoint:
        raise CommandError(
            f"AWS_ENDPOINT_URL={endpoint} is not the running `make local` of this clone ({root}): "
            "start that and load its build/local.env, run the command in the clone whose file you "
            "loaded, or unset AWS_ENDPOINT_URL for AWS"
        )
    # Installed with `make local`, which alone leaves such a file.
    from local_cloud import client_environment  # noqa: PLC0415

    data_dir = state_dir / "terraform"
    terraform = Terraform(
        data_dir=data_dir,
        environment={
            **client_environment(endpoint, server.parent),
            **_terraform_variables(environment),
        },
        root=root,
        variables=LOCAL_VARIABLES,
        state=data_dir / "terraform.tfstate",
        arguments=arguments,
    )
    return Target(terraform, is_local=True, where=f"the local cloud at {endpoint}")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _terraform_variables(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name.startswith("TF_VAR_")}
