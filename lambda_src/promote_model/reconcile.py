"""One promotion run: look, choose, act, remember. Safe to repeat and to break off anywhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from aws_lambda_powertools import Logger

from common.model_index import FILES, Entry, Model
from promote_model import production, record
from promote_model.approvals import look_at
from promote_model.choice import Chooser, Chosen
from promote_model.errors import RecordInvalid
from promote_model.event_evidence import unapproved_by
from promote_model.index_writer import IndexWriter
from promote_model.state import Approval, Candidate, Pin, Refusal, Upload
from promote_model.uploads import SERVED, Listed, current, list_versions
from promote_model.zip_check import ENDING

UNUSED_FOR = timedelta(days=1)
"""Age from which a file that no type needs is removed."""


@dataclass(frozen=True)
class Outcome:
    """What a run did, as it is logged.

    Attributes:
        action: "serve" when something else is served than before, "withdraw" when nothing is any
            more, "keep" or "none" when all is as it was.
        version: of the package that is served; None for an upload or nothing.
        correlation_id: of the execution that made what is served, when that is something else.
        refused: release candidates that were refused for the first time.
    """

    type: str
    action: str
    origin: str | None
    key: str | None
    version: int | None
    correlation_id: str | None
    sha256: str | None
    bytes: int | None
    sequence: int
    refused: tuple[Refusal, ...]
    removed: tuple[str, ...]
    seconds: float


@dataclass(frozen=True)
class Place:
    """Where promotion works.

    Attributes:
        groups: model package group of each model type.
        bucket: the production bucket.
        index: the index in it.
        copy_in_parts_above: bytes above which copies are made in parallel parts.
        now: current time, with a zone.
        alarm: told of release candidates that were refused for the first time.
    """

    sagemaker: Any
    s3: Any
    groups: Mapping[str, str]
    bucket: str
    index: IndexWriter
    copy_in_parts_above: int
    now: Callable[[], datetime]
    logger: Logger
    alarm: Callable[[int], None]


def reconcile(place: Place, model_type: str, event: Mapping[str, Any]) -> Outcome:
    """Makes the index name the newest release candidate of a model type that can be served.

    Args:
        event: what woke the run; it only ever proves that an approval ended.

    Raises:
        Exception: the first reason why a version could not be delivered; what can be served
            meanwhile is served then.
    """
    started, group = place.now(), place.groups[model_type]
    unapproved = unapproved_by(event, group)
    stored = record.load(place.s3, place.bucket, model_type)
    known = _not_behind_the_index(stored, model_type, place.index)
    look = known.looks + 1
    registry = look_at(
        place.sagemaker,
        place.s3,
        group,
        approvals=known.approvals,
        pins=known.pins,
        unapproved=unapproved,
        look=look,
        logger=place.logger,
    )
    files = list_versions(place.s3, place.bucket, FILES)
    listed = list_versions(place.s3, place.bucket, f"{model_type}/", ENDING)
    seen = replace(known, approvals=registry.approvals, pins=registry.pins)
    chooser = Chooser(
        place.sagemaker,
        place.s3,
        place.bucket,
        model_type,
        known=seen,
        listed=listed,
        files=files,
        look=look,
        in_parts_above=place.copy_in_parts_above,
        now=started,
    )
    noted = _with_uploads(seen, chooser.standing(dict(seen.refused)), look)
    if noted != stored:
        # Before acting: a run that breaks off must not forget what it was the first to see.
        noted = record.save(place.s3, place.bucket, model_type, noted, started)
    chosen = chooser.choose()
    decided = _decided(_with_uploads(noted, chosen.uploads, look), chosen, started)
    new = tuple(
        refusal for item, refusal in chosen.refused.items() if known.refused.get(item) != refusal
    )
    if new:
        place.alarm(len(new))
    if decided != noted:
        decided = record.save(place.s3, place.bucket, model_type, decided, place.now())
    entries = place.index.write(
        model_type,
        Entry(decided.sequence, decided.model),
        from_records=lambda: _from_records(place),
    )
    superseded = [
        item
        for item in current(listed)
        if item.key.startswith(f"{model_type}/{SERVED}")
        and (decided.model is None or item.key != decided.model.key)
    ]
    unused = _unused(place, files, entries, started)
    removed = production.remove(place.s3, place.bucket, [*superseded, *unused])
    outcome = _outcome(model_type, known.model, decided, new, removed)
    if chosen.failures:
        raise chosen.failures[0]
    return replace(outcome, seconds=round((place.now() - started).total_seconds(), 3))


def _not_behind_the_index(
    known: record.Record, model_type: str, writer: IndexWriter
) -> record.Record:
    """The record; if it was lost or restored, the index says what is served."""
    index, _ = writer.read()
    entry = index.entries.get(model_type) if index else None
    if entry is None or entry.sequence <= known.sequence:
        return known
    return replace(known, sequence=entry.sequence, served=None, model=entry.model)


def _with_uploads(known: record.Record, uploads: list[Upload], look: int) -> record.Record:
    seen: list[Candidate] = [*known.approvals.values(), *uploads]
    return replace(
        known,
        uploads={upload.id: upload for upload in uploads},
        looks=max([known.looks, *(item.seen for item in seen if item.seen == look)]),
    )


def _decided(noted: record.Record, chosen: Chosen, now: datetime) -> record.Record:
    pins, candidate = dict(noted.pins), chosen.candidate
    # Seconds since 1970, so that none comes again even after record and index were lost.
    later = max(noted.sequence + 1, int(now.timestamp()))
    if isinstance(candidate, Approval) and chosen.model:
        pins[candidate.arn] = Pin(candidate.created_at, chosen.model.sha256)
    return replace(
        noted,
        sequence=noted.sequence if chosen.model == noted.model else later,
        pins=pins,
        refused=chosen.refused,
        served=candidate.id if candidate else None,
        model=chosen.model,
    )


def _from_records(place: Place) -> dict[str, Entry]:
    entries = {}
    for model_type in place.groups:
        try:
            known = record.load(place.s3, place.bucket, model_type)
        except RecordInvalid as error:
            place.logger.warning("type left out of the index", type=model_type, reason=str(error))
        else:
            # What no run has decided on yet is left out: an entry says what is served.
            if known.etag is not None:
                entries[model_type] = Entry(known.sequence, known.model)
    return entries


def _unused(
    place: Place, files: list[Listed], entries: Mapping[str, Entry], now: datetime
) -> list[Listed]:
    """Files that no type needs: neither by the index, nor by a record that is ahead of it.

    A young one may belong to a run that has not decided yet. If an old one does, that type's next
    run finds it gone and publishes it again; by then S3 has it as an old version.
    """
    old = [item for item in current(files) if now - item.modified_at > UNUSED_FOR]
    unused = _without(old, [entry.model for entry in entries.values()])
    try:
        records = [record.load(place.s3, place.bucket, kind) for kind in place.groups if unused]
    except RecordInvalid:
        # It may name files that the index does not.
        return []
    return _without(unused, [known.model for known in records])


def _without(files: list[Listed], models: list[Model | None]) -> list[Listed]:
    needed = {file.stored.key for model in models if model for file in model.files}
    return [item for item in files if item.key not in needed]


def _outcome(
    model_type: str,
    before: Model | None,
    decided: record.Record,
    refused: tuple[Refusal, ...],
    removed: list[str],
) -> Outcome:
    model = decided.model
    happened = ("keep", "none") if model == before else ("serve", "withdraw")
    return Outcome(
        type=model_type,
        action=happened[model is None],
        origin=model.origin if model else None,
        key=model.key if model else None,
        version=model.version if model else None,
        correlation_id=model.correlation_id if model and model != before else None,
        sha256=model.sha256 if model else None,
        bytes=model.bytes if model else None,
        sequence=decided.sequence,
        refused=refused,
        removed=tuple(removed),
        seconds=0.0,
    )
