"""Observed state in, one decision out. Pure: no client, no clock of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from update_endpoint.answer import Answer
from update_endpoint.entry import APPLYING, FAILED, SERVING, WAITING, Entry
from update_endpoint.errors import UnexpectedStatus
from update_endpoint.record import Failure, Record
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
        configs: the stack's endpoint configs that exist.
        open: whether the endpoint is wanted at this hour.
        answer: of the release in service; None when it was not asked.
        answer_within: how long it may be in service without a right one.
    """

    endpoint: Endpoint
    wanted: Deployment | None
    record: Record
    configs: frozenset[str]
    open: bool = True
    answer: Answer | None = None
    answer_within: timedelta = timedelta(minutes=15)


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
    """Parameters:
    guarded: whether alarms take the endpoint back to what it serves now.
    """

    deployment: Deployment
    guarded: bool = True


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
        # Processed before accepting: a new upload of what has just failed is a new wish.
        record = view.record.in_service(serving, view.endpoint.reason, now)
        record = _heard(view, _accept(view, record, now), now)
        return (_in_service if status == IN_SERVICE else _rollback_failed)(view, record, now)
    raise UnexpectedStatus(
        f"endpoint status {status} has no safe automatic answer ({view.endpoint.reason}); look at "
        "the endpoint and delete it if it is of no use: it is created again from the newest release"
    )


def _accept(view: View, record: Record, now: datetime) -> Record:
    return record.accept(view.wanted, now) if view.wanted else record


def _heard(view: View, record: Record, now: datetime) -> Record:
    endpoint, answer = view.endpoint, view.answer
    if answer is None:
        return record
    if answer.right:
        return record.answered(endpoint.config, endpoint.image, now)
    return record.silent(endpoint.config, f"in service, but {answer.reason}", now)


def _in_progress(view: View, now: datetime) -> Decision:
    """An update whose caller died before noting it is noted when it is seen under way."""
    endpoint, record = view.endpoint, view.record
    taking = endpoint.config if endpoint.status == "Creating" else endpoint.pending
    if taking and endpoint.status in ("Creating", "Updating"):
        record = record.applying(taking, now)
    return Decision(record, Wait(), f"endpoint is {endpoint.status}")


def _failed(view: View, now: datetime) -> Decision:
    record = _broken(view, view.record, view.endpoint.reason, now)
    return Decision(
        record, Delete(), "a failed endpoint can only be deleted; it is created again next"
    )


def _broken(
    view: View, record: Record, reason: str, now: datetime, *, silent: bool = False
) -> Record:
    config = view.endpoint.config
    other = record.fallback(view.configs, without=config)
    able = other is not None and bool(other.answered_at)
    failure = Failure(config, view.endpoint.created, reason, fallback=able, silent=silent)
    return record.broken(failure, now)


def _missing(view: View, record: Record, now: datetime) -> Decision:
    if not view.open:
        return Decision(record, Keep(), "outside the opening hours")
    chosen = record.of_config(view.wanted.config) if view.wanted else None
    if chosen is None or _blocked(chosen):
        chosen = record.fallback(view.configs)
    elif _is_held(chosen, now):
        chosen = record.fallback(view.configs, without=chosen.config) or chosen
    if chosen is None:
        return Decision(record, Keep(), "no release that could be served")
    again = _not_before(chosen)
    if again and now < again:
        return Decision(record, Wait(), f"not created; tried again from {again.isoformat()}")
    return Decision(record, Create(chosen.deployment()), "there is no endpoint")


def _in_service(view: View, record: Record, now: datetime) -> Decision:
    if not view.open:
        return Decision(record, Delete(), "outside the opening hours")
    current = record.of_config(view.endpoint.config)
    silent = current if current and current.state != SERVING else None
    wanted = view.wanted
    if wanted and wanted.config != view.endpoint.config:
        entry = record.of_config(wanted.config)
        if not _blocked(entry) and not _is_held(entry, now):
            update = Update(wanted, guarded=silent is None)
            return Decision(record, update, "a newer upload or other settings")
    if silent:
        return _silent(view, record, silent, now)
    if wanted is None:
        return Decision(record, Keep(), "no upload that could be served")
    if wanted.config == view.endpoint.config:
        return Decision(record, Keep(), "the newest upload is served")
    return Decision(record, Keep(), "the newest upload cannot be served; the one before stays")


def _silent(view: View, record: Record, entry: Entry, now: datetime) -> Decision:
    """A release in service that does not answer is as good as a failed endpoint.

    It is deleted like one rather than updated: no second set of instances is needed, and the
    alarms that it may have raised stop nothing.
    """
    if (
        not entry.silent_since
        or now < datetime.fromisoformat(entry.silent_since) + view.answer_within
    ):
        return Decision(record, Wait(), "in service; asked again until it answers")
    minutes = int(view.answer_within.total_seconds() // 60)
    said = view.answer.reason if view.answer else entry.reason
    reason = f"in service, but gave no right answer within {minutes} minutes: {said}"
    broken = _broken(view, record, reason, now, silent=True)
    return Decision(broken, Delete(), "in service, but it does not answer")


def _rollback_failed(view: View, record: Record, now: datetime) -> Decision:
    """Old and new instances serve side by side and SageMaker takes no update in this status."""
    if not view.open:
        return Decision(record, Delete(), "outside the opening hours")
    entry = record.of_config(view.wanted.config) if view.wanted else None
    if entry is None or _blocked(entry) or _is_held(entry, now):
        return Decision(record, Keep(), "update and rollback failed; upload again to start over")
    return Decision(record, Delete(), "a newer upload needs a new endpoint")


def _blocked(entry: Entry | None) -> bool:
    """Whether this very upload failed: a new one of the same bytes is accepted afresh."""
    return entry is not None and entry.state == FAILED


def _is_held(entry: Entry | None, now: datetime) -> bool:
    """Whether a quota holds a release back until the next try."""
    again = _not_before(entry) if entry and entry.state == WAITING else None
    return again is not None and now < again


def _not_before(entry: Entry) -> datetime | None:
    """When a release that was refused by a quota, or whose creation failed, may be tried again."""
    if entry.state == WAITING:
        tries, at = entry.waits, entry.waited_at
    elif entry.failures and entry.failed_at and entry.state != APPLYING:
        tries, at = entry.failures, entry.failed_at
    else:
        return None
    return datetime.fromisoformat(at) + min(FIRST_PAUSE * (1 << min(tries - 1, 8)), LONGEST_PAUSE)
