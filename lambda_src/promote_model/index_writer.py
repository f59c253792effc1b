"""Writes promotion's decisions into the index, which runs of all types share, and signs it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aws_lambda_powertools import Logger
from botocore.exceptions import ClientError

from common.aws_errors import is_conflict, is_missing
from common.errors import ConflictError, VisAssisError
from common.model_index import INDEX_KEY, Entry, Envelope, Index, IndexInvalid
from promote_model.signing import SigningKey

ATTEMPTS = 100
"""In each round at least one of the types that race for the index gets through."""
MOST_BYTES = 3 << 20
"""Of the payload: in base64 and with a page of links it has to fit Lambda's answer of 6 MB."""


class IndexTooLarge(VisAssisError):  # noqa: N818 - named after what was found
    """The index would not fit into an answer any more; the one before stays."""


@dataclass(frozen=True)
class IndexWriter:
    """The index in its bucket.

    Attributes:
        types: of the catalogue; entries of others go.
        key: that signs; None when nothing is signed.
        lifetime: after which a front end refuses what was written; renewed when half is over.
    """

    s3: Any
    bucket: str
    types: Collection[str]
    key: SigningKey | None
    lifetime: timedelta
    now: Callable[[], datetime]
    logger: Logger

    def read(self) -> tuple[Index | None, str | None]:
        """The index and its ETag; None for each that is not there or cannot be read.

        What the key did not sign counts as unreadable: else whoever can write the object would
        have other types' entries signed.
        """
        try:
            answer = self.s3.get_object(Bucket=self.bucket, Key=INDEX_KEY)
        except ClientError as exc:
            if is_missing(exc):
                return None, None
            raise
        try:
            envelope = Envelope.parse(answer["Body"].read())
            is_ours = self.key.signed(envelope) if self.key else envelope.key_id is None
            return Index.parse(envelope.payload) if is_ours else None, answer["ETag"]
        except IndexInvalid:
            return None, answer["ETag"]

    def write(
        self, model_type: str, entry: Entry, *, from_records: Callable[[], Mapping[str, Entry]]
    ) -> Mapping[str, Entry]:
        """Makes the index say what was decided about a type; the other types' entries stay.

        Args:
            from_records: the entries of all types, asked for when the index is missing or broken,
                or another key signed it.

        Returns:
            The entries of all types.

        Raises:
            ConflictError: when a later decision about the type is there already, or others kept
                changing the index.
        """
        for _ in range(ATTEMPTS):
            index, etag = self.read()
            if index is None:
                self.logger.warning("index rebuilt from the records")
            found = from_records() if index is None else index.entries
            entries = {kind: found[kind] for kind in found if kind in self.types}
            present = entries.get(model_type)
            if present is not None and present.sequence > entry.sequence:
                raise ConflictError(
                    f"{INDEX_KEY} has a later decision about {model_type} ({present.sequence}, "
                    f"this is {entry.sequence}); trying again reads the new state"
                )
            entries[model_type] = entry
            now = self.now()
            if index is not None and entries == index.entries and not self._is_due(index, now):
                return entries
            # Seconds since 1970, so that it grows even after the index was lost.
            sequence = max(index.sequence + 1 if index else 0, int(now.timestamp()))
            payload = Index(sequence, now, now + self.lifetime, entries).dump()
            if len(payload) > MOST_BYTES:
                raise IndexTooLarge(
                    f"{INDEX_KEY} would have {len(payload)} bytes, at most {MOST_BYTES}: serve "
                    f"fewer types, or models of fewer files than {model_type}"
                )
            envelope = self.key.sign(payload) if self.key else Envelope(payload)
            try:
                self.s3.put_object(
                    Bucket=self.bucket,
                    Key=INDEX_KEY,
                    Body=envelope.dump(),
                    ContentType="application/json",
                    **({"IfMatch": etag} if etag else {"IfNoneMatch": "*"}),
                )
            except ClientError as exc:
                if not is_conflict(exc) and not is_missing(exc):
                    raise
            else:
                return entries
        raise ConflictError(
            f"{INDEX_KEY} was changed {ATTEMPTS} times by others; trying again later"
        )

    def _is_due(self, index: Index, now: datetime) -> bool:
        """Whether half of the lifetime is over, or it is longer than it should be."""
        return not self.lifetime / 2 <= index.expires_at - now <= self.lifetime
