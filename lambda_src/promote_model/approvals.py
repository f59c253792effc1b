"""Keeps the times of approvals: noted at first sight, dropped when an approval ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from promote_model.hint import Unapproved
from promote_model.registry import describe_approved, list_approved, modified_at
from promote_model.state import Approval


def current_approvals(
    sagemaker: Any,
    group: str,
    known: Mapping[str, Approval],
    unapproved: Unapproved | None,
) -> dict[str, Approval]:
    """Approvals that hold now, by package ARN; only new ones cost a DescribeModelPackage.

    Parameters:
        known: what the record remembers.
        unapproved: what the event proves, if anything.
    """
    current: dict[str, Approval] = {}
    for summary in list_approved(sagemaker, group):
        noted = known.get(summary.arn)
        if noted and noted.created_at == summary.created_at and not _ended(noted, unapproved):
            current[summary.arn] = noted
            continue
        description = describe_approved(sagemaker, summary.arn)
        if description is not None:
            current[summary.arn] = Approval(
                arn=summary.arn,
                version=summary.version,
                created_at=summary.created_at,
                approved_at=modified_at(description),
            )
    return current


def highest(approvals: Mapping[str, Approval]) -> Approval | None:
    """The approval that counts as the type's hand-over."""
    return max(approvals.values(), key=lambda approval: approval.version, default=None)


def settle(approvals: Mapping[str, Approval]) -> dict[str, Approval]:
    """The same approvals, marked as seen by a finished run."""
    return {arn: replace(approval, settled=True) for arn, approval in approvals.items()}


def _ended(approval: Approval, unapproved: Unapproved | None) -> bool:
    return (
        unapproved is not None
        and unapproved.arn == approval.arn
        and unapproved.moment > approval.approved_at
    )
