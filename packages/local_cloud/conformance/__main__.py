"""Runs moto's tests on moto and on the local cloud, and compares.

    python packages/local_cloud/conformance --moto DIR

Exits with 1 when a test that passes on moto fails here and `accepted.toml` does not say why.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from comparison import AcceptedList, Comparison, compare, outdated
from local_cloud import LocalCloud
from servers import moto_server, read_records, start_tests

_LIST = Path(__file__).with_name("accepted.toml")
_COLUMNS = (
    "service",
    "run",
    "moto",
    "local cloud",
    "AWS refuses",
    "left out",
    "passed of the rest",
)


def main() -> int:
    """Run, compare and print."""
    arguments = _arguments()
    checkout, services = arguments.moto.resolve(), arguments.services.split(",")
    missing = [s for s in services if not (checkout / f"tests/test_{s}").is_dir()]
    if missing:
        sys.exit(f"{checkout} has no tests/test_{missing[0]}: name a checkout or the sdist of moto")
    accepted = AcceptedList.read(_LIST)
    results = _run(checkout, services, accepted)
    print(f"moto {version('moto')}, tests of {checkout.name}\n")
    _print_table(results)
    _print_differences(results)
    for test in outdated(results, accepted):
        print(f"\nlisted without need, take it out of {_LIST.name}: {test}")
    return 1 if any(result.unlisted for result in results.values()) else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="conformance", description=__doc__)
    parser.add_argument("--moto", type=Path, required=True, help="folder with moto's tests/")
    parser.add_argument("--services", default="sagemaker,applicationautoscaling")
    return parser.parse_args()


def _run(checkout: Path, services: list[str], accepted: AcceptedList) -> dict[str, Comparison]:
    results = {}
    with (
        tempfile.TemporaryDirectory(prefix="conformance-") as name,
        LocalCloud(Path(name) / "state", hub=False) as cloud,
    ):
        folder = Path(name)
        environment = {**os.environ, **cloud.environment()}
        environment.pop("AWS_ENDPOINT_URL")
        with moto_server(folder, environment) as url:
            targets = {"moto": url, "local_cloud": cloud.endpoint_url}
            for service in services:
                running = {
                    target: start_tests(
                        checkout, service, target, url=url, folder=folder, environment=environment
                    )
                    for target, url in targets.items()
                }
                moto, local_cloud = (
                    read_records(process, folder, service, target)
                    for target, process in running.items()
                )
                results[service] = compare(moto, local_cloud, accepted)
    return results


def _print_table(results: dict[str, Comparison]) -> None:
    print(f"| {' | '.join(_COLUMNS)} |")
    print("|---" * len(_COLUMNS) + "|")
    for service, result in results.items():
        refused = len(result.refused_by_aws())
        passed, rest = len(result.on_local_cloud), len(result.run) - refused
        cells = (
            service,
            len(result.run),
            len(result.on_moto),
            f"{passed} ({passed / max(len(result.run), 1):.1%})",
            refused,
            len(result.left_out),
            f"{passed / max(rest, 1):.1%}",
        )
        print(f"| {' | '.join(map(str, cells))} |")


def _print_differences(results: dict[str, Comparison]) -> None:
    for result in results.values():
        for test, accepted in result.listed.items():
            says = "AWS refuses" if accepted.aws_refuses else "differs"
            print(f"\n{test.removeprefix('tests/')}\n  {says}: {accepted.reason}")
            print(f"  {accepted.source}")
        for test, message in result.unlisted.items():
            print(f"\nNOT LISTED: {test}\n  {message}")


if __name__ == "__main__":
    sys.exit(main())
