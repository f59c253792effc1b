"""Builds one reproducible zip per Lambda function: `python3 -m tooling.package_lambdas`.

Terraform runs this during an apply (modules/lambda_packages), so it and what it imports need
nothing but Python 3.11 with pip.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from tooling.lambda_dependencies import DependenciesError, vendored
from tooling.reproducible_zip import collect, write_zip

ROOT = Path(__file__).resolve().parent.parent
SHARED = "common"
SOURCES = ("*.py", "*.jpg")
"""All that our own code consists of: leftovers beside it must not change a zip."""

LIBRARIES = "requirements/lambda.txt"
SDK = "requirements/lambda_runtime.txt"
CARRY_SDK = ("promote_model", "update_endpoint")
"""They copy under a condition, which the runtime's own boto3 may be too old for."""
SDK_SERVICES = ("application-autoscaling", "s3", "sagemaker", "sagemaker-runtime", "sqs")
"""Whose models are packed: those of all 400 would be 25 MB."""


def function_names(source: Path) -> list[str]:
    """Folders below `source` that have a handler.py, sorted."""
    return sorted(path.parent.name for path in source.glob("*/handler.py"))


def build(output: Path, root: Path = ROOT) -> list[Path]:
    """Zips of all functions, sorted; a zip in `output` whose function is gone is removed.

    Args:
        output: folder of the zips.
        root: the repository; dependencies are kept below its build/ and .cache/.

    Raises:
        DependenciesError: when the dependencies cannot be installed.
    """
    source = root / "lambda_src"
    libraries = collect(vendored(root, LIBRARIES))
    sdk = {name: path for name, path in collect(vendored(root, SDK)).items() if _is_used(name)}
    shared = _own(source, SHARED)
    output.mkdir(parents=True, exist_ok=True)
    written = []
    for name in function_names(source):
        carried = {**libraries, **sdk} if name in CARRY_SDK else libraries
        content = {**carried, **shared, **_own(source, name)}
        written.append(write_zip(output / f"{name}.zip", content))
    for leftover in set(output.glob("*.zip")) - set(written):
        leftover.unlink(missing_ok=True)
    return written


def _is_used(name: str) -> bool:
    is_model = re.match(r"botocore/data/([^/]+)/", name)
    return is_model is None or is_model[1] in SDK_SERVICES


def _own(source: Path, package: str) -> dict[str, Path]:
    found = (collect(source / package, package, pattern) for pattern in SOURCES)
    return {name: path for files in found for name, path in files.items()}


def main(arguments: Sequence[str] | None = None) -> None:
    """Builds the Lambda zips that Terraform deploys."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--output", type=Path, default=ROOT / "build" / "lambda")
    chosen = parser.parse_args(arguments)
    try:
        zips = build(chosen.output.resolve())
    except DependenciesError as error:
        sys.exit(f"vis-assis: packaging failed: {error}")
    for path in zips:
        print(f"{path.name}  {path.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
