"""Tells what people put into production from what promotion did, and when they handed it over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from promote_model.record import Record
from promote_model.state import Approval, ProductionObject


@dataclass(frozen=True)
class Upload:
    """A manual upload.

    Parameters:
        handed_over_at: when it counts as handed over.
        is_new: no finished run has seen it.
    """

    item: ProductionObject
    handed_over_at: datetime
    is_new: bool


def told_apart(
    production: Sequence[ProductionObject],
    known: Record,
    approvals: Mapping[str, Approval],
    arn_prefix: str,
) -> list[ProductionObject]:
    """The objects, marked as promotion's only where promotion put them.

    S3 copies tags with an object. So one that somebody copied from another stack, or an older
    version that was brought back, carries our tags and is a manual upload all the same. Once its
    version is not approved any more, it is taken for ours again, and goes. What a run is known to
    have put there stays promotion's, whatever becomes of its tags.

    Parameters:
        production: all .zip objects of the type, with what their tags say.
        arn_prefix: what the ARNs of the group's versions begin with.
    """

    shown = known.showing

    def is_ours(item: ProductionObject) -> bool:
        arn = item.package_arn
        if arn is None or not arn.startswith(arn_prefix):
            return False
        named = known.promoting | ({shown.package_arn} if shown else set())
        return arn in named or arn not in approvals

    def told(item: ProductionObject) -> ProductionObject:
        if shown and shown.handed_over_by == "registry" and shown.version_id == item.version_id:
            return replace(item, package_arn=shown.package_arn, version=shown.version)
        return item if is_ours(item) else replace(item, package_arn=None, version=None)

    return [told(item) for item in production]


def newest_upload(
    production: Sequence[ProductionObject], known: Record, approvals: Mapping[str, Approval]
) -> Upload | None:
    """The manual upload that was handed over last.

    LastModified alone does not tell: an upload in parts carries the time when it began. What the
    last finished run has not seen came after everything that it had seen, whatever its time.

    Parameters:
        production: the type's .zip objects, told apart.
    """
    seen = [approval.approved_at for approval in approvals.values() if approval.settled]
    showing = known.showing
    if showing is not None and showing.handed_over_at is not None:
        seen.append(showing.handed_over_at)

    def upload(item: ProductionObject) -> Upload:
        if showing is None or item.version_id != showing.version_id:
            return Upload(item, max([item.modified_at, *seen]), is_new=True)
        return Upload(item, showing.handed_over_at or item.modified_at, is_new=False)

    return max(
        (upload(item) for item in production if item.package_arn is None),
        key=lambda found: (
            found.handed_over_at,
            found.is_new,
            found.item.modified_at,
            found.item.key,
        ),
        default=None,
    )
