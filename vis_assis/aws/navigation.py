"""Status of the navigation releases, and the way back to one."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError
from rich.table import Table

from update_endpoint import status as record
from update_endpoint.names import release_key, release_of_key
from update_endpoint.settings import RELEASES, UPLOAD_KEY
from vis_assis.aws.cloud import is_not_found
from vis_assis.errors import CommandError

_SINGLE_COPY_BYTES = 5 << 30
"""CopyObject takes at most this much; above it the copy is made in parallel parts."""


@dataclass(frozen=True)
class Release:
    """One line of the status.

    Parameters:
        release: release id; "" for a refused upload that never got one.
        state: accepted, applying, serving, waiting (for a quota), failed, refused, superseded, or
            "kept" for an archive that the status does not mention.
        size: bytes.
        changed_at: ISO 8601.
        available: whether the archive is still there to go back to.
        image: digest of the container image with which it answered last, as far as known.
    """

    release: str
    state: str
    size: int
    changed_at: str
    reason: str
    available: bool
    image: str = ""


def status(s3: Any, bucket: str) -> list[Release]:
    """Every release that is known or still there, the latest change first.

    Parameters:
        s3: boto3 S3 client.

    Errors: `StatusInvalid` when the status record cannot be read, botocore's ClientError.
    """
    archives = _archives(s3, bucket)
    rows = [
        Release(
            release=item.release,
            state=item.state,
            size=item.size,
            changed_at=item.changed_at,
            reason=item.reason,
            available=item.release in archives,
            image=item.image,
        )
        for item in reversed(record.load(s3, bucket).record.entries)
    ]
    known = {row.release for row in rows}
    rows += [
        Release(release, "kept", size, changed, "", available=True)
        for release, (size, changed) in archives.items()
        if release not in known
    ]
    return sorted(rows, key=lambda row: row.changed_at, reverse=True)


@dataclass(frozen=True)
class Answer:
    """What the model answered; None when it was not asked."""

    prompt: str
    text: str | None


def ask(runtime: Any, endpoint: str, picture: bytes, prompts: list[str]) -> list[Answer]:
    """Asks the endpoint about a picture, each question on its own.

    Args:
        runtime: boto3 SageMaker runtime client.

    Raises:
        CommandError: with the model's own words when it refuses.
    """
    questions = [{"id": str(number), "prompt": text} for number, text in enumerate(prompts)]
    body = json.dumps({"image": base64.b64encode(picture).decode(), "questions": questions})
    try:
        answer = runtime.invoke_endpoint(
            EndpointName=endpoint, ContentType="application/json", Body=body.encode()
        )
    except ClientError as error:
        details = error.response["Error"]
        if details["Code"] == "ValidationError" and "not found" in details["Message"]:
            raise CommandError(
                f"no endpoint {endpoint}: `vis-assis navigation status` tells why nothing serves"
            ) from error
        raise
    answers = json.loads(answer["Body"].read())["answers"]
    return [Answer(item["prompt"], answers.get(item["id"])) for item in questions]


def instances(sagemaker: Any, endpoint: str) -> int | None:
    """How many instances answer now; None while there is no endpoint."""
    try:
        answer = sagemaker.describe_endpoint(EndpointName=endpoint)
    except ClientError as error:
        if is_not_found(error):
            return None
        raise
    return sum(int(item["CurrentInstanceCount"]) for item in answer.get("ProductionVariants", ()))


def rollback(s3: Any, bucket: str, release: str) -> None:
    """Makes a release the newest upload again, copied within S3; the controller does the rest.

    Errors: `CommandError` naming the releases there are, botocore's ClientError.
    """
    archives = _archives(s3, bucket)
    if release not in archives:
        there = ", ".join(sorted(archives)) or "none yet"
        raise CommandError(f"release {release!r} is not in s3://{bucket}; there are: {there}")
    source = release_key(release)
    head = s3.head_object(Bucket=bucket, Key=source)
    s3.copy(
        CopySource={"Bucket": bucket, "Key": source, "VersionId": head["VersionId"]},
        Bucket=bucket,
        Key=UPLOAD_KEY,
        ExtraArgs={"ChecksumAlgorithm": "CRC64NVME"},
        Config=TransferConfig(multipart_threshold=_SINGLE_COPY_BYTES),
    )


def table(rows: list[Release]) -> Table:
    """The status for a terminal of 60 columns or more, where no id is cut off."""
    shown = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for title in ("Release", "State", "Changed (UTC)"):
        shown.add_column(title, no_wrap=True)
    for row in rows:
        shown.add_row(row.release or "(none)", row.state, row.changed_at[:16].replace("T", " "))
    return shown


def remarks(rows: list[Release]) -> Iterator[str]:
    """What is to be said below the table: reasons, and what can be done next."""
    if not rows:
        yield f"No release yet: upload one as {UPLOAD_KEY} (docs/navigation.md)"
    for row in rows:
        reason = f": {row.reason}" if row.reason else ""
        yield f"{row.release[:8] or 'upload'} {row.state}, {row.size / 1e6:.1f} MB{reason}"
        if row.state == "serving" and row.image:
            yield f"  it answers with the image {row.image}"
    for row in rows:
        if row.available and row.state != "serving":
            yield f"vis-assis navigation rollback {row.release}"


def _archives(s3: Any, bucket: str) -> dict[str, tuple[int, str]]:
    found = {}
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=RELEASES):
        for item in page.get("Contents", ()):
            if release := release_of_key(item["Key"]):
                found[release] = (item["Size"], item["LastModified"].isoformat())
    return found
