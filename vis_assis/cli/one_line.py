"""How the commands speak: lines as they are, and one line for what can be expected to fail."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console

from catalogue import CatalogueError
from common.errors import VisAssisError
from vis_assis.build.lambda_dependencies import DependenciesError
from vis_assis.errors import CommandError
from vis_assis.terraform.message import one_line
from vis_assis.terraform.runner import TerraformError

EXPECTED = (
    CommandError,
    # Of code below this package, which does not know it.
    BotoCoreError,
    Boto3Error,
    CatalogueError,
    ClientError,
    DependenciesError,
    VisAssisError,
)


@contextmanager
def one_line_errors(command: str, log: Path | None = None) -> Iterator[None]:
    """Ends the program with one line on stderr for everything that can be expected to fail.

    Args:
        command: what failed, as the line begins.
        log: file with all that Terraform printed.
    """
    try:
        yield
    except TerraformError as error:
        where = f" (all of it: {log})" if log else ""
        text = one_line(str(error)) + where
    except EXPECTED as error:
        text = str(error)
    except KeyboardInterrupt:
        text = f"interrupted: run `make {command}` again"
    else:
        return
    print(f"{command} failed: {text}", file=sys.stderr)
    raise SystemExit(1)


def say(text: str) -> None:
    """Prints a line as it is."""
    Console(highlight=False).print(text, markup=False, soft_wrap=True)
