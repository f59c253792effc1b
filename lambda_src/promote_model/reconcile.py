"""One promotion run: look, decide, act, remember. Safe to repeat and to break off anywhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from common.errors import ConflictError
from promote_model import production, record
from promote_model.approvals import current_approvals, highest, settle
from promote_model.artifact import verify
from promote_model.decide import Action, Decision, decide, manual_winner
from promote_model.hint import unapproved_by
from promote_model.registry import describe_approved, package_of
from promote_model.state import Approval, Package, ProductionObject


@dataclass(frozen=True)
class Outcome:
    """What a run did, as it is logged.

    Parameters:
        version: of the package in production; None for a manual upload or nothing.
        bytes: size of the object in production.
        seconds: duration of the run.
    """

    type: str
    action: str
    key: str | None
    version: int | None
    sha256: str | None
    bytes: int | None
    removed: tuple[str, ...]
    seconds: float


def reconcile(
    model_type: str,
    group: str,
    event: Mapping[str, Any],
    *,
    sagemaker: Any,
    s3: Any,
    bucket: str,
    now: Callable[[], datetime],
) -> Outcome:
    """Makes production show exactly the newest hand-over of a model type.

    Parameters:
        model_type: prefix of its objects in the production bucket.
        group: its model package group.
        event: what woke the run; it only ever proves that an approval ended.
        sagemaker, s3: boto3 clients.
        bucket: the production bucket.
        now: current time, with a zone.
    """
    started = now()
    known = record.load(s3, bucket, model_type)
    approvals = current_approvals(sagemaker, group, known.approvals, unapproved_by(event, group))
    if approvals != known.approvals:
        # Before acting: a run that breaks off must not forget when an approval was first seen.
        known = record.save(s3, bucket, model_type, replace(known, approvals=approvals), started)

    decision, package = _decide(sagemaker, s3, bucket, model_type, highest(approvals))
    showing = _apply(s3, bucket, decision, package)
    settled = settle(approvals)
    acted = decision.action is Action.PROMOTE or bool(decision.remove)
    if acted or settled != known.approvals or showing != known.showing:
        # Also when only production changed: an overlapping run then loses its write and retries.
        record.save(s3, bucket, model_type, record.Record(settled, showing, known.etag), now())
    return Outcome(
        type=model_type,
        action=decision.action.value,
        key=showing["key"] if showing else None,
        version=showing["version"] if showing else None,
        sha256=showing["sha256"] if showing else None,
        bytes=showing["bytes"] if showing else None,
        removed=tuple(item.key for item in decision.remove),
        seconds=round((now() - started).total_seconds(), 3),
    )


def _decide(
    sagemaker: Any, s3: Any, bucket: str, model_type: str, desired: Approval | None
) -> tuple[Decision, Package | None]:
    objects = production.current_objects(s3, bucket, model_type)
    manual = manual_winner(desired, objects)
    if manual is not None or desired is None:
        return decide(None, None, manual, objects), None
    description = describe_approved(sagemaker, desired.arn)
    if description is None:
        raise ConflictError(
            f"{desired.arn} stopped being approved during the run; trying again reads the new state"
        )
    package = package_of(description)
    return decide(package, production.production_key(model_type, package), None, objects), package


def _apply(
    s3: Any, bucket: str, decision: Decision, package: Package | None
) -> dict[str, Any] | None:
    """Acts on a decision and says what production shows then, as the record keeps it."""
    shown = decision.winner
    if decision.action is Action.PROMOTE and package is not None and decision.key is not None:
        shown = _promote(s3, bucket, decision.key, package, decision.replaces)
    for item in decision.remove:
        production.withdraw(s3, bucket, item)
    if shown is None:
        return None
    return {
        "handed_over_by": "registry" if shown.package_arn else "upload",
        "key": shown.key,
        "package_arn": shown.package_arn,
        "version": shown.version,
        "sha256": shown.sha256,
        "bytes": shown.size,
        "etag": shown.etag,
    }


def _promote(
    s3: Any, bucket: str, key: str, package: Package, replaces: ProductionObject | None
) -> ProductionObject:
    source, sha256 = verify(s3, package)
    copy = production.publish(
        s3, bucket, key, package=package, source=source, sha256=sha256, replaces=replaces
    )
    return ProductionObject(
        key=key,
        etag=copy.etag,
        size=copy.size,
        modified_at=package.modified_at,
        package_arn=package.arn,
        version=package.version,
        sha256=sha256,
    )
