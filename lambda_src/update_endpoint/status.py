"""Keeps the status record as `status/navigation.json` in the upload bucket."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from common.aws_errors import is_conflict, is_missing
from common.errors import ConflictError
from update_endpoint.entry import STATES, Entry
from update_endpoint.errors import StatusInvalid
from update_endpoint.record import Record
from update_endpoint.settings import STATUS_KEY

SCHEMA = 2


@dataclass(frozen=True)
class Stored:
    """A record and the ETag it was read with; None = there was none."""

    record: Record
    etag: str | None = None


def load(s3: Any, bucket: str) -> Stored:
    """The stored record, an empty one when there is none.

    Errors: `StatusInvalid` when it cannot be read.
    """
    try:
        answer = s3.get_object(Bucket=bucket, Key=STATUS_KEY)
    except ClientError as exc:
        if is_missing(exc):
            return Stored(Record())
        raise
    try:
        content = json.loads(answer["Body"].read())
        items = content["releases"]
        if content["schema"] != SCHEMA:
            raise ValueError(f"schema {content['schema']!r}, expected {SCHEMA}")  # noqa: TRY301
        entries = tuple(Entry(**item) for item in items)
        if not {item.state for item in entries} <= STATES:
            raise ValueError(f"a state outside {sorted(STATES)}")  # noqa: TRY301
    except (ValueError, KeyError, TypeError) as exc:
        raise StatusInvalid(
            f"s3://{bucket}/{STATUS_KEY} is not a status record ({type(exc).__name__}: {exc}); "
            "restore its previous version, or delete it to start afresh"
        ) from exc
    return Stored(Record(entries), answer["ETag"])


def save(s3: Any, bucket: str, stored: Stored, record: Record, now: datetime) -> Stored:
    """What is stored afterwards; nothing is written when nothing changed.

    Parameters:
        stored: what was read, and must still be there.

    Errors: `ConflictError` when another run wrote meanwhile.
    """
    if record == stored.record:
        return stored
    content = {
        "schema": SCHEMA,
        "written_at": now.isoformat(),
        "releases": [asdict(entry) for entry in record.entries],
    }
    condition = {"IfMatch": stored.etag} if stored.etag else {"IfNoneMatch": "*"}
    try:
        answer = s3.put_object(
            Bucket=bucket,
            Key=STATUS_KEY,
            Body=json.dumps(content, indent=1).encode(),
            ContentType="application/json",
            **condition,
        )
    except ClientError as exc:
        if is_conflict(exc) or is_missing(exc):
            raise ConflictError(
                f"s3://{bucket}/{STATUS_KEY} was changed by another run; "
                "trying again reads the new state"
            ) from exc
        raise
    return Stored(record, answer["ETag"])
