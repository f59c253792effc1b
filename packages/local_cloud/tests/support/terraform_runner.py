"""Runs Terraform on a folder against a local cloud."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from local_cloud import LocalCloud

# How this machine reaches or mirrors the provider registry is the caller's to say.
_KEPT = ("PATH", "HOME", "SSL_CERT_FILE", "TF_CLI_ARGS_init", "TF_CLI_CONFIG_FILE")


class TerraformRunner:
    """A private copy of `configuration` below `folder`, with its own state and variables."""

    def __init__(
        self, cloud: LocalCloud, configuration: Path, folder: Path, variables: dict[str, str]
    ) -> None:
        shutil.copytree(configuration, folder / "configuration")
        shutil.copy(configuration.parent / "versions.tf", folder / "configuration")
        self._folder = folder / "configuration"
        kept = {key: os.environ[key] for key in _KEPT if key in os.environ}
        self._environment = {
            **kept,
            **cloud.environment(),
            **{f"TF_VAR_{name}": value for name, value in variables.items()},
            "TF_IN_AUTOMATION": "1",
            "CHECKPOINT_DISABLE": "1",
        }

    def run(self, *arguments: str, expected: int = 0) -> str:
        """Output of `terraform <arguments>`; raises AssertionError on another exit code."""
        done = subprocess.run(
            [os.environ.get("TERRAFORM", "terraform"), *arguments],
            cwd=self._folder,
            env=self._environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=280,
            check=False,
        )
        assert done.returncode == expected, f"terraform {' '.join(arguments)}:\n{done.stdout}"
        return done.stdout
