"""What the step is asked to deliver."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

MIB = 1024 * 1024
NO_SECRET = "none"  # noqa: S105 - what stands in for the ARN when there is no token
PROCESSING = "/opt/ml/processing"


@dataclass(frozen=True)
class Order:
    """One model to deliver, and where to.

    `max_bytes` limits the sum of the files. `token_secret_arn` is None when no token is configured.
    """

    model_type: str
    repository: str
    revision: str
    patterns: tuple[str, ...]
    licences: tuple[str, ...]
    accept_licence: bool
    allowed_licences: tuple[str, ...]
    gated: bool
    token_secret_arn: str | None
    max_bytes: int
    archive_name: str
    output_dir: Path
    work_dir: Path
    failure_file: Path


def parse(arguments: Sequence[str]) -> Order:
    """Read the container arguments that the pipeline definition passes."""
    parser = argparse.ArgumentParser(prog="download_model", allow_abbrev=False)
    parser.add_argument("--model-type", required=True)
    parser.add_argument("--repository", required=True, help="owner/name")
    parser.add_argument("--revision", required=True, help="commit, tag or branch")
    parser.add_argument("--file", action="append", required=True, dest="patterns")
    parser.add_argument("--licence", required=True, help="comma-separated, all apply")
    parser.add_argument("--accept-licence", action="store_true")
    parser.add_argument("--allowed-licences", required=True, help="comma-separated SPDX names")
    parser.add_argument("--gated", action="store_true")
    parser.add_argument("--token-secret-arn", default=NO_SECRET)
    parser.add_argument("--max-size-mb", type=int, required=True, help="limit of the zip in MiB")
    parser.add_argument("--archive-name", required=True, help="file name of the zip")
    parser.add_argument("--output-dir", type=Path, default=Path(PROCESSING, "output/model"))
    parser.add_argument("--work-dir", type=Path, default=Path(PROCESSING, "work"))
    parser.add_argument("--failure-file", type=Path, default=Path("/opt/ml/output/message"))
    given = parser.parse_args(arguments)
    return Order(
        model_type=given.model_type,
        repository=given.repository,
        revision=given.revision,
        patterns=tuple(given.patterns),
        licences=_names(given.licence),
        accept_licence=given.accept_licence,
        allowed_licences=_names(given.allowed_licences),
        gated=given.gated,
        token_secret_arn=None if given.token_secret_arn == NO_SECRET else given.token_secret_arn,
        max_bytes=given.max_size_mb * MIB,
        archive_name=given.archive_name,
        output_dir=given.output_dir,
        work_dir=given.work_dir,
        failure_file=given.failure_file,
    )


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())
