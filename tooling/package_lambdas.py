"""Builds one reproducible zip per Lambda function: `python -m tooling.package_lambdas`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from tooling.lambda_dependencies import DependenciesError, vendored
from tooling.reproducible_zip import collect, write_zip

ROOT = Path(__file__).resolve().parent.parent
SHARED = "common"
SOURCES = "*.py"
"""All that our own code consists of: leftovers beside it must not change a zip."""


def function_names(source: Path) -> list[str]:
    """Folders below `source` that have a handler.py, sorted."""
    return sorted(path.parent.name for path in source.glob("*/handler.py"))


def build(output: Path, root: Path = ROOT) -> list[Path]:
    """Zips of all functions, sorted; a zip in `output` whose function is gone is removed.

    Parameters:
        output: folder of the zips.
        root: the repository; dependencies are kept below its build/ and .cache/.

    Errors: `DependenciesError` when the dependencies cannot be installed.
    """
    source = root / "lambda_src"
    libraries = collect(vendored(root))
    shared = collect(source / SHARED, SHARED, SOURCES)
    output.mkdir(parents=True, exist_ok=True)
    written = []
    for name in function_names(source):
        content = {**libraries, **shared, **collect(source / name, name, SOURCES)}
        written.append(write_zip(output / f"{name}.zip", content))
    for leftover in set(output.glob("*.zip")) - set(written):
        leftover.unlink()
    return written


def main(
    output: Annotated[Path, typer.Option(help="Folder of the zips.")] = ROOT / "build" / "lambda",
) -> None:
    """Builds the Lambda zips that Terraform deploys."""
    try:
        zips = build(output.resolve())
    except DependenciesError as error:
        sys.exit(f"packaging failed: {error}")
    for path in zips:
        typer.echo(f"{path.name}  {path.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    typer.run(main)
