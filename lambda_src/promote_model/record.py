"""The promotion record of a model type: what promotion knows and decided.

It lives beside the models as `promotions/{type}.json`. Every write is conditional on the version
that was read, so that two runs that overlap cannot both believe they were right. The index is made
of the records.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

from botocore.exceptions import ClientError

from common.aws_errors import is_conflict, is_missing
from common.errors import ConflictError
from common.model_index import UNREADABLE, Model
from promote_model.errors import RecordInvalid
from promote_model.state import Approval, Pin, Refusal, Upload

SCHEMA = 2

T = TypeVar("T")


@dataclass(frozen=True)
class Record:
    """Content of a promotion record.

    Attributes:
        sequence: grows with each change of what is served.
        looks: how many looks saw something new; release candidates are ordered by it.
        approvals: that held at the last look, by package ARN.
        uploads: that stood at the last look, by id.
        pins: which bytes versions stand for, by package ARN.
        refused: release candidates that are not served, by id.
        served: id of the release candidate that is served, None when there is none.
        model: what is served of it.
        etag: of the stored record; None when there is none yet.
    """

    sequence: int = 0
    looks: int = 0
    approvals: Mapping[str, Approval] = field(default_factory=dict)
    uploads: Mapping[str, Upload] = field(default_factory=dict)
    pins: Mapping[str, Pin] = field(default_factory=dict)
    refused: Mapping[str, Refusal] = field(default_factory=dict)
    served: str | None = None
    model: Model | None = None
    etag: str | None = None


def record_key(model_type: str) -> str:
    """Key of a type's record in the production bucket."""
    return f"promotions/{model_type}.json"


def load(s3: Any, bucket: str, model_type: str) -> Record:
    """The stored record, an empty one when there is none.

    Raises:
        RecordInvalid: when it cannot be read.
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
            raise ValueError(f"schema {content['schema']!r}, expected {SCHEMA}")
        return replace(_parse(content), etag=answer["ETag"])
    except UNREADABLE as exc:
        raise RecordInvalid(
            f"s3://{bucket}/{key} is not a promotion record ({type(exc).__name__}: {exc}); "
            "restore its previous version, or delete it to start from the registry's times"
        ) from exc


def save(s3: Any, bucket: str, model_type: str, record: Record, now: datetime) -> Record:
    """The record as stored.

    Args:
        record: its `etag` is what must still be stored; None = nothing.
        now: time noted in it, so that no two writes are the same.

    Raises:
        ConflictError: when another run wrote meanwhile.
    """
    content = {"schema": SCHEMA, "type": model_type, "written_at": now, **_content(record)}
    condition = {"IfMatch": record.etag} if record.etag else {"IfNoneMatch": "*"}
    try:
        answer = s3.put_object(
            Bucket=bucket,
            Key=record_key(model_type),
            Body=json.dumps(content, indent=1, default=datetime.isoformat).encode(),
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


def _content(record: Record) -> dict[str, Any]:
    content = asdict(record)
    del content["etag"]
    return content


def _parse(content: Mapping[str, Any]) -> Record:
    return Record(
        sequence=int(content["sequence"]),
        looks=int(content["looks"]),
        approvals=_each(content["approvals"], _approval),
        uploads=_each(content["uploads"], _upload),
        pins=_each(content["pins"], lambda item: Pin(**{**item, **_times(item, "created_at")})),
        refused=_each(content["refused"], lambda item: Refusal(**item)),
        served=content["served"],
        model=None if content["model"] is None else Model.parse(content["model"]),
    )


def _each(items: Mapping[str, Any], parse: Callable[[Mapping[str, Any]], T]) -> dict[str, T]:
    return {name: parse(item) for name, item in items.items()}


def _approval(item: Mapping[str, Any]) -> Approval:
    return Approval(**{**item, **_times(item, "created_at", "approved_at")})


def _upload(item: Mapping[str, Any]) -> Upload:
    return Upload(**{**item, **_times(item, "uploaded_at")})


def _times(item: Mapping[str, Any], *names: str) -> dict[str, datetime]:
    return {name: _time(item[name]) for name in names}


def _time(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"time {text!r} has no zone")
    return moment
