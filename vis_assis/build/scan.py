"""Scans the Terraform configuration with checkov, offline and in an environment of its own."""

from __future__ import annotations

import subprocess
import sys

from vis_assis.build.environments import ROOT, Environment, ensure
from vis_assis.errors import CommandError

SCANNERS = Environment("scanners", "3.12", ("requirements/scanners.txt",))
# Beside the repository's configuration lie what tests and commands make.
ELSEWHERE = ("tests", "build", r"\.cache", r"\.terraform", r"\.venv")


def main() -> int:
    """Prints what was found and is not justified beside its resource; 0 when there is nothing.

    Raises:
        CommandError: when checkov cannot be installed.
    """
    skipped = [argument for folder in ELSEWHERE for argument in ("--skip-path", folder)]
    return subprocess.run(
        [
            ensure(SCANNERS).with_name("checkov"),
            *("--directory", ".", "--framework", "terraform", "--skip-download"),
            *("--compact", "--quiet", *skipped),
        ],
        cwd=ROOT,
        check=False,
    ).returncode


if __name__ == "__main__":
    try:
        sys.exit(main())
    except CommandError as error:
        sys.exit(f"checkov cannot be installed: {error}")
