"""The promotion record: which approvals are known, and what the last run left in production.

It lives beside the models as `promotions/{type}.json`. Every write is conditional on the version
that was read, so that two runs that overlap cannot both believe they were right.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from common.aws_errors import is_conflict, is_missing
from common.errors import ConflictError
from promote_model.errors import RecordInvalid
from promote_model.state import Approval

SCHEMA = 1


@dataclass(frozen=True)
class Showing:
    """The object that a finished run left in production.

    Parameters:
        handed_over_by: "registry" or "upload".
        handed_over_at: of an upload, when it counts as handed over; of a package None, as its
            approval says that.
    """

    handed_over_by: str
    handed_over_at: datetime | None
    key: str
    version_id: str
    package_arn: str | None
    version: int | None
    sha256: str | None
    bytes: int


@dataclass(frozen=True)
class Record:
    """Content of a promotion record.

    Parameters:
        approvals: by package ARN, of the versions approved when it was written.
        showing: what the last finished run left in production; None when that was nothing.
        promoting: ARNs of the packages that runs set out to copy since the last finished one.
        etag: of the stored record; None when there is none yet.
    """

    approvals: Mapping[str, Approval] = field(default_factory=dict)
    showing: Showing | None = None
    promoting: frozenset[str] = frozenset()
    etag: str | None = None


def record_key(model_type: str) -> str:
    """Key of a type's record in the production bucket."""
    return f"promotions/{model_type}.json"


def load(s3: Any, bucket: str, model_type: str) -> Record:
    """The stored record, an empty one when there is none.

    Errors: `RecordInvalid` when it cannot be read.
    """
    key = record_key(model_type)
    try:
        answer = s3.get_object(Bucket=bucket, Key=key)
    except ClientError as exc:
        if is_missing(exc):
            return Record()
        raise
    try:
        content = json.loads(answer["Body"].read())
        if content["schema"] != SCHEMA:
            raise ValueError(f"schema {content['schema']!r}, expected {SCHEMA}")  # noqa: TRY301
        approvals = {arn: _approval(arn, item) for arn, item in content["approvals"].items()}
        showing = _showing(content["showing"])
        promoting = _promoting(content["promoting"])
    except (ValueError, KeyError, TypeError, AttributeError) as exc:
        raise RecordInvalid(
            f"s3://{bucket}/{key} is not a promotion record ({type(exc).__name__}: {exc}); "
            "restore its previous version, or delete it to start from the registry's times"
        ) from exc
    return Record(approvals, showing, promoting, answer["ETag"])


def save(s3: Any, bucket: str, model_type: str, record: Record, now: datetime) -> Record:
    """The record as stored.

    Parameters:
        record: its `etag` is what must still be stored; None = nothing.
        now: time noted in it, so that no two writes are the same.

    Errors: `ConflictError` when another run wrote meanwhile.
    """
    content = {
        "schema": SCHEMA,
        "type": model_type,
        "written_at": now.isoformat(),
        "approvals": {arn: _approval_json(item) for arn, item in sorted(record.approvals.items())},
        "showing": _showing_json(record.showing),
        "promoting": sorted(record.promoting),
    }
    condition = {"IfMatch": record.etag} if record.etag else {"IfNoneMatch": "*"}
    try:
        answer = s3.put_object(
            Bucket=bucket,
            Key=record_key(model_type),
            Body=json.dumps(content, indent=1).encode(),
            ContentType="application/json",
            **condition,
        )
    except ClientError as exc:
        if is_conflict(exc) or is_missing(exc):
            raise ConflictError(
                f"s3://{bucket}/{record_key(model_type)} was changed by another run; "
                "trying again reads the new state"
            ) from exc
        raise
    return replace(record, etag=answer["ETag"])


def _promoting(item: list[str] | str | None) -> frozenset[str]:
    """The first records of schema 1 held one ARN or null."""
    return frozenset(item if isinstance(item, list) else [item] if item else [])


def _approval(arn: str, item: Mapping[str, Any]) -> Approval:
    return Approval(
        arn=arn,
        version=int(item["version"]),
        created_at=_aware(item["created_at"]),
        approved_at=_aware(item["approved_at"]),
        settled=bool(item["settled"]),
    )


def _aware(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"time {text!r} has no zone")
    return moment


def _approval_json(approval: Approval) -> dict[str, Any]:
    return {
        "version": approval.version,
        "created_at": approval.created_at.isoformat(),
        "approved_at": approval.approved_at.isoformat(),
        "settled": approval.settled,
    }


def _showing(item: Mapping[str, Any] | None) -> Showing | None:
    if item is None:
        return None
    moment = item["handed_over_at"]
    return Showing(**{**item, "handed_over_at": None if moment is None else _aware(moment)})


def _showing_json(showing: Showing | None) -> dict[str, Any] | None:
    if showing is None:
        return None
    moment = showing.handed_over_at
    return {**asdict(showing), "handed_over_at": None if moment is None else moment.isoformat()}
