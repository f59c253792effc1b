"""The rule "the newest release candidate wins"; docs/promotion.md has it in words."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from promote_model.state import Approval, Candidate, Upload


def newest(
    approvals: Iterable[Approval], uploads: Iterable[Upload], passed_over: Collection[str]
) -> Candidate | None:
    """The release candidate to serve; None when there is none.

    Args:
        approvals: the versions that are approved now; of these the highest counts.
        uploads: those that stand.
        passed_over: ids of release candidates that cannot be served.
    """
    version = max(
        (approval for approval in approvals if approval.id not in passed_over),
        key=lambda approval: approval.version,
        default=None,
    )
    upload = max(
        (upload for upload in uploads if upload.id not in passed_over),
        key=_age,
        default=None,
    )
    found: list[Candidate] = [item for item in (version, upload) if item is not None]
    return max(found, key=_age, default=None)


def _age(item: Candidate) -> tuple[int, datetime, bool, str]:
    """By the look that first saw it, then by the second; an approval goes before an upload."""
    if isinstance(item, Approval):
        return item.seen, _second(item.approved_at), True, ""
    return item.seen, _second(item.uploaded_at), False, item.key


def _second(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)
