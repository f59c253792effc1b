"""Which stack the shell points to, and its outputs."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tooling.environments import ROOT

LOCAL_STATE = ROOT / "build" / "local" / "terraform" / "terraform.tfstate"


class NotDeployedError(RuntimeError):
    """There is no stack to ask, or it lacks what was asked for."""


def is_local(environment: Mapping[str, str] | None = None) -> bool:
    """Whether AWS clients of this shell reach the local cloud (`. build/local.env` does that)."""
    return bool((os.environ if environment is None else environment).get("AWS_ENDPOINT_URL"))


def outputs(state: Path | None = None, root: Path = ROOT) -> dict[str, Any]:
    """Terraform's outputs by name.

    Args:
        state: state file; None takes the one of `make local` if the shell points to the local
            cloud, and what the configuration says otherwise.
        root: folder of the configuration.

    Raises:
        NotDeployedError: when Terraform cannot read them or there are none.
    """
    chosen = LOCAL_STATE if state is None and is_local() else state
    arguments = [] if chosen is None else [f"-state={chosen}"]
    command = [os.environ.get("TERRAFORM", "terraform"), f"-chdir={root}", "output", "-json"]
    done = subprocess.run([*command, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotDeployedError(f"terraform output failed: {done.stderr.strip()}")
    raw = json.loads(done.stdout)
    if not raw:
        raise NotDeployedError("no stack is deployed here: run `terraform apply` or `make local`")
    return {name: output["value"] for name, output in raw.items()}
