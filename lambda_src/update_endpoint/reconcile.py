"""One run of the controller: look, decide, do, note. Safe to repeat, late or in any order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from update_endpoint import endpoint, quota, release, resources, retention, status
from update_endpoint.answer import Answer, ask
from update_endpoint.decide import Create, Decision, Delete, Keep, Update, View, decide
from update_endpoint.entry import FAILED, SERVING, WAITING, Entry
from update_endpoint.record import Record
from update_endpoint.resources import Resources
from update_endpoint.settings import Settings
from update_endpoint.state import (
    ENDPOINT_FAILED,
    IN_PROGRESS,
    IN_SERVICE,
    UPDATE_ROLLBACK_FAILED,
    Deployment,
    Endpoint,
)

Clock = Callable[[], datetime]
UNJUDGED = IN_PROGRESS | {ENDPOINT_FAILED}
"""Neither waiting nor clearing a failed endpoint away may depend on what was uploaded."""


@dataclass(frozen=True)
class Clients:
    """boto3 clients; the runtime is SageMaker's, without retries."""

    s3: Any
    sagemaker: Any
    autoscaling: Any
    runtime: Any
    cloudwatch: Any


@dataclass(frozen=True)
class Outcome:
    """What a run saw and did, for the log and the metrics.

    Parameters:
        action: name of the decision, for example "Update".
        release_failed: 1 while the newest upload cannot be served, else 0.
        release_refused: 1 while the newest upload is no usable archive, else 0.
            Both are None when the upload was not looked at, so that a wait clears no alarm.
    """

    endpoint_status: str
    action: str
    reason: str
    release: str = ""
    release_reason: str = ""
    release_failed: int | None = None
    release_refused: int | None = None
    removed_releases: int = 0


def reconcile(clients: Clients, clock: Clock, settings: Settings) -> Outcome:
    """Moves the endpoint one step towards the newest upload that works.

    Parameters:
        clock: time now, aware of its zone.

    Errors: `UnexpectedStatus`, `ReleaseMismatch`, `StatusInvalid`, `ConflictError`, `CopyError`,
        botocore's ClientError. A refused or failed release is none.
    """
    now = clock()
    stored = status.load(clients.s3, settings.bucket)
    seen = endpoint.describe(clients.sagemaker, settings.endpoint)
    found = resources.observe(clients.sagemaker, settings.prefix)
    wanted: Deployment | Entry | None = None
    if seen.status not in UNJUDGED:
        wanted = release.wanted(clients.s3, settings, stored.record, clock)
    record = stored.record
    if isinstance(wanted, Entry) and not record.refusal(wanted.version_id, wanted.rules):
        record = record.refuse(wanted, now)
    deployment = wanted if isinstance(wanted, Deployment) else None
    is_open = settings.hours is None or settings.hours.is_open(now)
    view = View(
        endpoint=seen,
        wanted=deployment,
        record=record,
        configs=frozenset(found.configs),
        open=is_open,
        answer=_answer(clients, settings, seen, record, deployment) if is_open else None,
        answer_within=timedelta(seconds=settings.rollout.answer_seconds),
    )
    now = clock()
    decision = decide(view, now)
    stored = status.save(clients.s3, settings.bucket, stored, decision.record, now)
    removed = 0
    if isinstance(decision.action, Keep) and seen.status != UPDATE_ROLLBACK_FAILED:
        record, removed = _retain(clients, settings, view, decision.record, found)
    else:
        record = _act(
            clients, settings=settings, view=view, decision=decision, found=found, now=now
        )
    status.save(clients.s3, settings.bucket, stored, record, now)
    return _outcome(view, decision, record, wanted, removed)


def _answer(
    clients: Clients,
    settings: Settings,
    seen: Endpoint,
    record: Record,
    wanted: Deployment | None,
) -> Answer | None:
    """Of the release in service, if that release has not answered there yet."""
    entry = record.of_config(seen.config)
    is_ours = entry is not None or (wanted is not None and wanted.config == seen.config)
    if seen.status != IN_SERVICE or not is_ours or (entry and entry.state == SERVING):
        return None
    return ask(clients.runtime, settings.endpoint)


def _act(
    clients: Clients,
    *,
    settings: Settings,
    view: View,
    decision: Decision,
    found: Resources,
    now: datetime,
) -> Record:
    """The record after the action."""
    action, record = decision.action, decision.record
    if isinstance(action, Delete):
        endpoint.delete(clients.sagemaker, clients.autoscaling, settings)
    if not isinstance(action, Create | Update):
        return record
    config = action.deployment.config
    try:
        _deploy(clients, settings=settings, view=view, action=action, found=found)
    except ClientError as exc:
        if not quota.is_exceeded(exc):
            raise
        return record.waiting(config, quota.explain(exc, settings.max_instances), now)
    return record.applying(config, now)


def _deploy(
    clients: Clients, *, settings: Settings, view: View, action: Create | Update, found: Resources
) -> None:
    target = action.deployment
    # A release gone back to has its model and config, perhaps made with other settings.
    if view.wanted and target.config == view.wanted.config:
        resources.ensure(clients.sagemaker, settings, target, found)
    if isinstance(action, Create):
        endpoint.create(clients.sagemaker, settings, target.config)
        return
    endpoint.update(
        clients.sagemaker,
        clients.autoscaling,
        settings,
        target.config,
        current=view.endpoint.config,
        found=found,
        alarms=endpoint.quiet_alarms(clients.cloudwatch, settings) if action.guarded else (),
    )


def _retain(
    clients: Clients, settings: Settings, view: View, record: Record, found: Resources
) -> tuple[Record, int]:
    fallback = record.fallback(view.configs)
    in_use = {view.endpoint.config, view.endpoint.pending}
    in_use |= {item.config for item in (view.wanted, fallback) if item}
    removal = retention.sweep(
        clients.s3,
        clients.sagemaker,
        settings,
        record=record,
        found=found,
        in_use=frozenset(in_use - {""}),
        wanted_release=view.wanted.release if view.wanted else "",
    )
    return record.without_releases(removal.releases), len(removal.releases)


def _outcome(
    view: View,
    decision: Decision,
    record: Record,
    wanted: Deployment | Entry | None,
    removed: int,
) -> Outcome:
    entry = record.of_config(wanted.config) if isinstance(wanted, Deployment) else wanted
    failing = entry is not None and (entry.state in (FAILED, WAITING) or entry.failures > 0)
    judged = view.endpoint.status not in UNJUDGED
    return Outcome(
        endpoint_status=view.endpoint.status,
        action=type(decision.action).__name__,
        reason=decision.reason,
        release=wanted.release if wanted else "",
        release_reason=entry.reason if entry else "",
        release_failed=int(failing) if judged else None,
        release_refused=int(isinstance(wanted, Entry)) if judged else None,
        removed_releases=removed,
    )
