"""Builds one reproducible zip per Lambda function: `python3 -m vis_assis.build.package_lambdas`.

Terraform runs this during an apply (modules/lambda_packages), so it and what it imports need
nothing but Python 3.11 with pip.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from vis_assis.build.lambda_dependencies import DependenciesError, vendored
from vis_assis.build.reproducible_zip import collect, write_zip

ROOT = Path(__file__).resolve().parents[2]
SHARED = "common"
SOURCES = ("*.py", "*.jpg")
"""All that our own code consists of: leftovers beside it must not change a zip."""

PACKAGER = tuple(
    f"vis_assis/build/{name}.py"
    for name in ("lambda_dependencies", "package_lambdas", "reproducible_zip")
)
LIBRARIES = "requirements/lambda.txt"
SDK = "requirements/lambda_runtime.txt"
CARRY_SDK = ("promote_model", "update_endpoint")
"""They copy under a condition, which the runtime's own boto3 may be too old for."""
SDK_SERVICES = (
    *("application-autoscaling", "cloudwatch", "kms"),
    *("s3", "sagemaker", "sagemaker-runtime", "sqs"),
)
"""Whose models are packed: those of all 400 would be 25 MB."""


def function_names(source: Path) -> list[str]:
    """Folders below `source` that have a handler.py, sorted."""
    return sorted(path.parent.name for path in source.glob("*/handler.py"))


def source_hash(root: Path, name: str) -> str:
    """Hash of what a function's zip is made from; `modules/lambda_packages` computes the same.

    Args:
        root: the repository.
        name: of the function.
    """
    source = root / "lambda_src"
    files = {
        *_own(source, SHARED).values(),
        *_own(source, name).values(),
        *(file for part in (LIBRARIES, SDK, *PACKAGER) if (file := root / part).is_file()),
    }
    digests = {
        file.relative_to(root).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in files
    }
    told = json.dumps(digests, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(told.encode()).hexdigest()


def build(output: Path, root: Path = ROOT) -> dict[str, Path]:
    """Zip of each function by its name; one that is there already is left alone, others go.

    A zip's name tells its sources: Terraform can never take one of an older tree.

    Args:
        output: folder of the zips.
        root: the repository; dependencies are kept below its build/ and .cache/.

    Raises:
        DependenciesError: when the dependencies cannot be installed.
    """
    source = root / "lambda_src"
    zips = {
        name: output / f"{name}-{source_hash(root, name)[:12]}.zip"
        for name in function_names(source)
    }
    if not all(path.is_file() for path in zips.values()):
        _write(zips, root)
    for leftover in set(output.glob("*.zip")) - set(zips.values()):
        leftover.unlink(missing_ok=True)
    return zips


def _write(zips: dict[str, Path], root: Path) -> None:
    source = root / "lambda_src"
    libraries = collect(vendored(root, LIBRARIES))
    sdk = {name: path for name, path in collect(vendored(root, SDK)).items() if _is_used(name)}
    shared = _own(source, SHARED)
    for name, path in zips.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        carried = {**libraries, **sdk} if name in CARRY_SDK else libraries
        write_zip(path, {**carried, **shared, **_own(source, name)})


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
    for path in zips.values():
        print(f"{path.name}  {path.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
