"""Observed state in, one decision out. Pure: no client, no clock of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from update_endpoint.errors import UnexpectedStatus
from update_endpoint.record import APPLYING, FAILED, Entry, Record
from update_endpoint.state import (
    ENDPOINT_FAILED,
    IN_PROGRESS,
    IN_SERVICE,
    MISSING,
    UPDATE_ROLLBACK_FAILED,
    Deployment,
    Endpoint,
)

FIRST_PAUSE = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(hours=1)


@dataclass(frozen=True)
class View:
    """What a run sees.

    Parameters:
        wanted: the current upload as a deployment; None when there is none or it was refused.
        record: before this run.
        configs: endpoint configs of ours that exist.
        open: whether the endpoint is wanted at this hour.
    """

    endpoint: Endpoint
    wanted: Deployment | None
    record: Record
    configs: frozenset[str]
    open: bool = True


@dataclass(frozen=True)
class Wait:
    """The next state change or the schedule goes on from here."""


@dataclass(frozen=True)
class Keep:
    """The endpoint is as it should be, or must be left alone; old releases may go."""


@dataclass(frozen=True)
class Create:
    deployment: Deployment


@dataclass(frozen=True)
class Update:
    deployment: Deployment


@dataclass(frozen=True)
class Delete:
    pass


Action = Wait | Keep | Create | Update | Delete


@dataclass(frozen=True)
class Decision:
    """Parameters:
    record: what is now known; saved before the action.
    action: what to do with the endpoint.
    reason: for the log.
    """

    record: Record
    action: Action
    reason: str


def decide(view: View, now: datetime) -> Decision:
    """The one step to take now.

    Errors: `UnexpectedStatus` for a status that only a person can judge.
    """
    status = view.endpoint.status
    if status in IN_PROGRESS:
        return _in_progress(view, now)
    if status == ENDPOINT_FAILED:
        return _failed(view, now)
    if status == MISSING:
        return _missing(view, _accept(view, view.record.not_in_service(now), now), now)
    if status in (IN_SERVICE, UPDATE_ROLLBACK_FAILED):
        serving = view.endpoint.config if status == IN_SERVICE else ""
        # Settled before accepting: a new upload of what has just failed is a new wish.
        record = view.record.in_service(serving, view.endpoint.reason, now)
        record = _accept(view, record, now).in_service(serving, "", now)
        return (_in_service if status == IN_SERVICE else _rollback_failed)(view, record)
    raise UnexpectedStatus(
        f"endpoint status {status} has no safe automatic answer ({view.endpoint.reason}); look at "
        "the endpoint and delete it if it is of no use: it is made anew from the newest release"
    )


def _accept(view: View, record: Record, now: datetime) -> Record:
    return record.accept(view.wanted, now) if view.wanted else record


def _in_progress(view: View, now: datetime) -> Decision:
    """An update whose caller died before noting it is noted when it is seen under way."""
    endpoint, record = view.endpoint, view.record
    taking = endpoint.config if endpoint.status == "Creating" else endpoint.pending
    if taking and endpoint.status in ("Creating", "Updating"):
        record = record.applying(taking, now)
    return Decision(record, Wait(), f"endpoint is {endpoint.status}")


def _failed(view: View, now: datetime) -> Decision:
    endpoint = view.endpoint
    fallback = view.record.fallback(view.configs, without=endpoint.config) is not None
    record = view.record.broken(endpoint.config, endpoint.created, endpoint.reason, fallback, now)
    return Decision(record, Delete(), "a failed endpoint can only be deleted; it is made anew next")


def _missing(view: View, record: Record, now: datetime) -> Decision:
    if not view.open:
        return Decision(record, Keep(), "outside the opening hours")
    chosen = record.of_config(view.wanted.config) if view.wanted else None
    if chosen is None or _blocked(chosen):
        chosen = record.fallback(view.configs)
    if chosen is None:
        return Decision(record, Keep(), "no release that could be served")
    again = _not_before(chosen)
    if again and now < again:
        return Decision(record, Wait(), f"creation failed; tried again from {again.isoformat()}")
    return Decision(record, Create(chosen.deployment()), "there is no endpoint")


def _in_service(view: View, record: Record) -> Decision:
    if not view.open:
        return Decision(record, Delete(), "outside the opening hours")
    if view.wanted is None:
        return Decision(record, Keep(), "no upload that could be served")
    if view.wanted.config == view.endpoint.config:
        return Decision(record, Keep(), "the newest upload is served")
    if _blocked(record.of_config(view.wanted.config)):
        return Decision(record, Keep(), "the newest upload failed; the one before stays")
    return Decision(record, Update(view.wanted), "a newer upload or other settings")


def _rollback_failed(view: View, record: Record) -> Decision:
    """Old and new instances serve side by side and SageMaker takes no update in this status."""
    if not view.open:
        return Decision(record, Delete(), "outside the opening hours")
    entry = record.of_config(view.wanted.config) if view.wanted else None
    if entry is None or _blocked(entry):
        return Decision(record, Keep(), "update and rollback failed; upload again to start anew")
    return Decision(record, Delete(), "a newer upload needs a new endpoint")


def _blocked(entry: Entry | None) -> bool:
    """Whether this very upload failed: a new one of the same bytes is accepted afresh."""
    return entry is not None and entry.state == FAILED


def _not_before(entry: Entry) -> datetime | None:
    """When a release whose creation failed may be created again."""
    if not entry.failures or not entry.failed_at or entry.state == APPLYING:
        return None
    pause = min(FIRST_PAUSE * (1 << (entry.failures - 1)), LONGEST_PAUSE)
    return datetime.fromisoformat(entry.failed_at) + pause
