"""Status of the navigation releases, and the way back to one: `python -m tooling.navigation`."""

from __future__ import annotations

import json
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import boto3
import typer
from boto3.s3.transfer import TransferConfig
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
BUCKET_VARIABLE = "VIS_ASSIS_NAVIGATION_UPLOAD_BUCKET"
BUCKET_OUTPUT = "navigation_upload_bucket"
UPLOAD_KEY = "paligemma/model.tar.gz"
STATUS_KEY = "status/navigation.json"
_RELEASE_KEY = re.compile(r"releases/([0-9a-f]{16}-\d+)/model\.tar\.gz")
_SINGLE_COPY_BYTES = 5 << 30
"""CopyObject takes at most this much; above it the copy is made in parallel parts."""


class NavigationError(RuntimeError):
    """What was asked for cannot be done; the message says what can."""


@dataclass(frozen=True)
class Release:
    """One line of the status.

    Parameters:
        release: release id; "" for a refused upload that never got one.
        state: accepted, applying, serving, failed, refused, superseded, or "kept" for an archive
            that the status does not mention.
        size: bytes.
        changed_at: ISO 8601.
        available: whether the archive is still there to go back to.
    """

    release: str
    state: str
    size: int
    changed_at: str
    reason: str
    available: bool


def status(s3: Any, bucket: str) -> list[Release]:
    """Every release that is known or still there, the latest change first.

    Parameters:
        s3: boto3 S3 client.

    Errors: `NavigationError` when the status record cannot be read, botocore's ClientError.
    """
    archives = _archives(s3, bucket)
    rows = [
        Release(
            release=item["release"],
            state=item["state"],
            size=item["size"],
            changed_at=item["changed_at"],
            reason=item["reason"],
            available=item["release"] in archives,
        )
        for item in reversed(_entries(s3, bucket))
    ]
    known = {row.release for row in rows}
    rows += [
        Release(release, "kept", size, changed, "", available=True)
        for release, (size, changed) in archives.items()
        if release not in known
    ]
    return sorted(rows, key=lambda row: row.changed_at, reverse=True)


def rollback(s3: Any, bucket: str, release: str) -> None:
    """Makes a release the newest upload again, copied within S3; the controller does the rest.

    Errors: `NavigationError` naming the releases there are, botocore's ClientError.
    """
    archives = _archives(s3, bucket)
    if release not in archives:
        there = ", ".join(sorted(archives)) or "none yet"
        raise NavigationError(f"release {release!r} is not in s3://{bucket}; there are: {there}")
    key = f"releases/{release}/model.tar.gz"
    head = s3.head_object(Bucket=bucket, Key=key)
    s3.copy(
        CopySource={"Bucket": bucket, "Key": key, "VersionId": head["VersionId"]},
        Bucket=bucket,
        Key=UPLOAD_KEY,
        Config=TransferConfig(multipart_threshold=_SINGLE_COPY_BYTES),
    )


def table(rows: list[Release]) -> Table:
    """The status for a terminal."""
    shown = Table("Release", "State", "MB", "Changed", "Can go back", "Reason")
    for row in rows:
        shown.add_row(
            row.release or "(none)",
            row.state,
            f"{row.size / 1e6:.1f}",
            row.changed_at[:19],
            "yes" if row.available else "no",
            row.reason,
        )
    return shown


def upload_bucket() -> str:
    """Name of the upload bucket, from the environment or else from Terraform's outputs.

    Errors: `NavigationError` when neither knows it.
    """
    if name := os.environ.get(BUCKET_VARIABLE, "").strip():
        return name
    command = [os.environ.get("TERRAFORM", "terraform"), f"-chdir={ROOT}", "output", "-raw"]
    try:
        done = subprocess.run(
            [*command, BUCKET_OUTPUT], capture_output=True, text=True, check=False
        )
    except FileNotFoundError as exc:
        raise NavigationError(f"terraform is not installed: set {BUCKET_VARIABLE} instead") from exc
    name = done.stdout.strip()
    if done.returncode or not re.fullmatch(r"[a-z0-9.-]{3,63}", name):
        raise NavigationError(
            f"Terraform has no output {BUCKET_OUTPUT}: deploy first, or set {BUCKET_VARIABLE}"
        )
    return name


def _archives(s3: Any, bucket: str) -> dict[str, tuple[int, str]]:
    found = {}
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="releases/"):
        for item in page.get("Contents", ()):
            if match := _RELEASE_KEY.fullmatch(item["Key"]):
                found[match.group(1)] = (item["Size"], item["LastModified"].isoformat())
    return found


def _entries(s3: Any, bucket: str) -> list[dict[str, Any]]:
    try:
        content = s3.get_object(Bucket=bucket, Key=STATUS_KEY)["Body"].read()
    except ClientError as exc:
        if exc.response["Error"]["Code"] == "NoSuchKey":
            return []
        raise
    try:
        entries: list[dict[str, Any]] = json.loads(content)["releases"]
    except (ValueError, KeyError, TypeError) as exc:
        raise NavigationError(f"s3://{bucket}/{STATUS_KEY} is not a status record: {exc}") from exc
    return entries


app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)


@app.command("status")
def status_command() -> None:
    """Shows every release and what became of it."""
    _reporting(lambda s3, bucket: Console().print(table(status(s3, bucket))))


@app.command("rollback")
def rollback_command(release: Annotated[str, typer.Argument(help="release id")]) -> None:
    """Goes back to a release."""
    _reporting(lambda s3, bucket: rollback(s3, bucket, release))
    Console().print(f"{release} is the newest upload again; `status` shows how far it is")


def _reporting(work: Any) -> None:
    try:
        work(boto3.client("s3"), upload_bucket())
    except (NavigationError, ClientError, BotoCoreError) as error:
        Console(stderr=True).print(str(error), markup=False, style="red")
        raise typer.Exit(1) from error


if __name__ == "__main__":
    app()
