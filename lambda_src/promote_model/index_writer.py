"""Writes promotion's decisions into the index, which runs of all types share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from aws_lambda_powertools import Logger
from botocore.exceptions import ClientError

from common.aws_errors import is_conflict, is_missing
from common.errors import ConflictError
from common.model_index import INDEX_KEY, Entry, IndexInvalid, dump, parse

ATTEMPTS = 100
"""In each round at least one of the types that race for the index gets through."""


def read(s3: Any, bucket: str) -> tuple[dict[str, Entry] | None, str | None]:
    """The index's entries and its ETag; None for each that is not there or cannot be read."""
    try:
        answer = s3.get_object(Bucket=bucket, Key=INDEX_KEY)
    except ClientError as exc:
        if is_missing(exc):
            return None, None
        raise
    try:
        return parse(answer["Body"].read()), answer["ETag"]
    except IndexInvalid:
        return None, answer["ETag"]


def write(
    s3: Any,
    bucket: str,
    model_type: str,
    entry: Entry,
    *,
    from_records: Callable[[], Mapping[str, Entry]],
    logger: Logger,
) -> None:
    """Makes the index say what was decided about a type; the other types' entries stay.

    Args:
        from_records: the entries of all types, asked for when the index is missing or broken.

    Raises:
        ConflictError: when a later decision about the type is there already, or others kept
            changing the index.
    """
    for _ in range(ATTEMPTS):
        entries, etag = read(s3, bucket)
        if entries is None:
            logger.warning("index rebuilt from the records")
        wanted = {**(from_records() if entries is None else entries)}
        present = wanted.get(model_type)
        if present is not None and present.sequence > entry.sequence:
            raise ConflictError(
                f"{INDEX_KEY} has a later decision about {model_type} ({present.sequence}, this is "
                f"{entry.sequence}); trying again reads the new state"
            )
        wanted[model_type] = entry
        if wanted == entries:
            return
        try:
            s3.put_object(
                Bucket=bucket,
                Key=INDEX_KEY,
                Body=dump(wanted),
                ContentType="application/json",
                **({"IfMatch": etag} if etag else {"IfNoneMatch": "*"}),
            )
        except ClientError as exc:
            if not is_conflict(exc) and not is_missing(exc):
                raise
        else:
            return
    raise ConflictError(f"{INDEX_KEY} was changed {ATTEMPTS} times by others; trying again later")
