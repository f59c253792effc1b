"""`make local`: a deployed local cloud in the foreground, and the file that any client needs."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from rich.console import Console

from vis_assis.aws.cloud import Cloud
from vis_assis.build.environments import ROOT
from vis_assis.cli.deployed import Deployed
from vis_assis.console import server
from vis_assis.local.environment_file import read_environment, write_environment
from vis_assis.local.local_stack import LocalStack, local_stack, sole_use
from vis_assis.stack.target import Target
from vis_assis.terraform.interruption import interruptible


def main(port: int, state_dir: Path, environment_file: Path) -> None:
    """Deploys, writes the file, waits for a signal to end, and cleans up.

    Args:
        port: TCP port of the local cloud; 0 takes a free one.
        state_dir: folder for the cloud's and Terraform's files; emptied first.
        environment_file: written last, when everything is ready; removed first of all.

    Raises:
        CommandError: when another run uses the folder.
        TerraformError: when the configuration cannot be applied.
    """
    console = Console(highlight=False)
    begun = time.monotonic()

    def progress(text: str) -> None:
        seconds = f"[dim]{time.monotonic() - begun:6.1f} s[/dim]"
        console.print(f"{seconds}  {text}", soft_wrap=True)

    with sole_use(state_dir):  # then nobody needs a file that is still there
        environment_file.unlink(missing_ok=True)
    try:
        with interruptible(), local_stack(state_dir, port=port, report=progress) as stack:
            try:
                write_environment(environment_file, stack.cloud.environment(), stack.outputs)
                progress(f"Ready at {stack.cloud.endpoint_url}")
                progress(
                    f"Use it from another shell:  set -a; . {_shown(environment_file)}; set +a"
                )
                progress("There, this says what to do next:  .venv/bin/vis-assis status")
                with server.served(deployed(stack)) as page:
                    progress(f"See it in a browser:  {page}")
                    progress("Ctrl-C ends it")
                    threading.Event().wait()
            finally:
                _remove(environment_file, stack.cloud.endpoint_url)
    except KeyboardInterrupt:
        progress("Stopped")


def deployed(stack: LocalStack) -> Deployed:
    """The stack as commands ask it."""
    target = Target(
        stack.terraform, is_local=True, where=f"the local cloud at {stack.cloud.endpoint_url}"
    )
    return Deployed(target, stack.outputs, Cloud(stack.cloud.environment()))


def _remove(environment_file: Path, endpoint: str) -> None:
    """Removes the file unless it is another cloud's by now."""
    if (
        environment_file.exists()
        and read_environment(environment_file).get("AWS_ENDPOINT_URL") == endpoint
    ):
        environment_file.unlink()


def _shown(path: Path) -> Path:
    return path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
