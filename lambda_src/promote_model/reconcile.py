"""One promotion run: look, decide, act, remember. Safe to repeat and to break off anywhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from common.errors import ConflictError
from promote_model import overtaken, production, record
from promote_model.approvals import current_approvals, highest, settle
from promote_model.artifact import verify
from promote_model.decide import Action, Decision, decide, manual_winner
from promote_model.hint import finished_upload, unapproved_by
from promote_model.registry import describe_approved, package_of
from promote_model.state import Approval, Package, ProductionObject
from promote_model.uploads import Upload, newest_upload, told_apart


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
    arn_prefix: str,
    copy_in_parts_above: int,
    now: Callable[[], datetime],
) -> Outcome:
    """Makes production show exactly the newest hand-over of a model type.

    Parameters:
        model_type: prefix of its objects in the production bucket.
        group: its model package group.
        event: what woke the run; it only ever proves that an approval or an upload ended.
        sagemaker, s3: boto3 clients.
        bucket: the production bucket.
        arn_prefix: what the ARNs of the group's versions begin with.
        copy_in_parts_above: bytes above which an artifact is copied in parallel parts.
        now: current time, with a zone.
    """
    started = now()
    loaded = known = _remembered(s3, bucket, model_type, arn_prefix)
    approvals = current_approvals(sagemaker, group, known.approvals, unapproved_by(event, group))
    if approvals != known.approvals:
        # Before acting: a run that breaks off must not forget when an approval was first seen.
        known = record.save(s3, bucket, model_type, replace(known, approvals=approvals), started)

    finished = finished_upload(event, model_type)
    if finished is not None:
        overtaken.bring_forward(
            s3, bucket, finished, arn_prefix, in_parts_above=copy_in_parts_above
        )
    found = production.current_objects(s3, bucket, model_type)
    objects = told_apart(found, loaded, approvals, arn_prefix)
    upload = newest_upload(objects, loaded, approvals)
    try:
        decision, package = _decide(sagemaker, model_type, highest(approvals), upload, objects)
        if package is not None and decision.action is Action.PROMOTE:
            # Before the copy: a run that breaks off after it must find that the object is ours.
            noted = replace(known, promoting=known.promoting | {package.arn})
            known = record.save(s3, bucket, model_type, noted, started)
        shown = _apply(s3, bucket, decision, package, copy_in_parts_above)
    except Exception as failure:
        # The old model stays in service while the new one cannot be delivered, unless it is one
        # that may not be served any more.
        try:
            _withdraw(s3, bucket, [item for item in objects if _is_revoked(item, approvals)])
        except (ClientError, ConflictError) as another:
            failure.add_note(f"What is not approved any more could not be withdrawn: {another}")
        raise
    showing = _showing(shown, upload)
    settled = settle(approvals)
    acted = decision.action is Action.PROMOTE or bool(decision.remove)
    if acted or settled != known.approvals or showing != known.showing or known.promoting:
        # Also when only production changed: an overlapping run then loses its write and retries.
        final = record.Record(settled, showing, etag=known.etag)
        record.save(s3, bucket, model_type, final, now())
    return Outcome(
        type=model_type,
        action=decision.action.value,
        key=shown.key if shown else None,
        version=shown.version if shown else None,
        sha256=shown.sha256 if shown else None,
        bytes=shown.size if shown else None,
        removed=tuple(item.key for item in decision.remove),
        seconds=round((now() - started).total_seconds(), 3),
    )


def _remembered(s3: Any, bucket: str, model_type: str, arn_prefix: str) -> record.Record:
    """The record; without one, what carries our tags is taken for promotion's.

    It is noted as being promoted, so that it is still ours after a first run that broke off.
    """
    known = record.load(s3, bucket, model_type)
    if known.etag is not None:
        return known
    arns = {item.package_arn for item in production.current_objects(s3, bucket, model_type)}
    ours = frozenset(arn for arn in arns if arn is not None and arn.startswith(arn_prefix))
    return replace(known, promoting=ours)


def _decide(
    sagemaker: Any,
    model_type: str,
    desired: Approval | None,
    upload: Upload | None,
    objects: Sequence[ProductionObject],
) -> tuple[Decision, Package | None]:
    manual = manual_winner(desired, upload)
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
    s3: Any, bucket: str, decision: Decision, package: Package | None, in_parts_above: int
) -> ProductionObject | None:
    """Acts on a decision; what production shows then."""
    shown = decision.winner
    if decision.action is Action.PROMOTE and package is not None and decision.key is not None:
        source, sha256 = verify(s3, package)
        shown = production.publish(
            s3,
            bucket,
            decision.key,
            package=package,
            source=source,
            sha256=sha256,
            replaces=decision.replaces,
            in_parts_above=in_parts_above,
        )
    _withdraw(s3, bucket, decision.remove)
    return shown


def _withdraw(s3: Any, bucket: str, items: Sequence[ProductionObject]) -> None:
    for item in items:
        production.withdraw(s3, bucket, item)


def _is_revoked(item: ProductionObject, approvals: Mapping[str, Approval]) -> bool:
    """Whether it is a promoted version that is not approved any more."""
    return item.package_arn is not None and item.package_arn not in approvals


def _showing(shown: ProductionObject | None, upload: Upload | None) -> record.Showing | None:
    if shown is None:
        return None
    by_hand = upload is not None and shown == upload.item
    return record.Showing(
        handed_over_by="upload" if by_hand else "registry",
        handed_over_at=upload.handed_over_at if upload is not None and by_hand else None,
        key=shown.key,
        version_id=shown.version_id,
        package_arn=shown.package_arn,
        version=shown.version,
        sha256=shown.sha256,
        bytes=shown.size,
    )
