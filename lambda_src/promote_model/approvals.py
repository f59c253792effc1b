"""Keeps when versions were approved, and which bytes each stands for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aws_lambda_powertools import Logger
from botocore.exceptions import ClientError

from common.errors import VisAssisError
from promote_model.artifact import verify
from promote_model.event_evidence import Unapproved
from promote_model.registry import (
    APPROVED,
    PENDING,
    Summary,
    describe_approved,
    list_versions,
    modified_at,
    package_of,
)
from promote_model.state import Approval, Pin


@dataclass
class Registry:
    """What a look at a group found.

    Attributes:
        approvals: that hold now, by package ARN.
        pins: of every version that was ever seen, by package ARN.
    """

    approvals: dict[str, Approval] = field(default_factory=dict)
    pins: dict[str, Pin] = field(default_factory=dict)


def look_at(
    sagemaker: Any,
    s3: Any,
    group: str,
    *,
    approvals: Mapping[str, Approval],
    pins: Mapping[str, Pin],
    unapproved: Unapproved | None,
    look: int,
    logger: Logger,
) -> Registry:
    """What holds now; only what no earlier look saw costs further calls.

    Args:
        approvals: what the record remembers; so `pins`.
        unapproved: what the event proves, if anything.
        look: number of this look.
    """
    found = Registry(pins=dict(pins))
    approved = list_versions(sagemaker, group, APPROVED)
    for summary in approved:
        noted = approvals.get(summary.arn)
        if noted and noted.created_at == summary.created_at and not _ended(noted, unapproved):
            found.approvals[summary.arn] = noted
        else:
            description = describe_approved(sagemaker, summary.arn)
            if description is None:
                continue
            found.approvals[summary.arn] = Approval(
                summary.arn, summary.version, summary.created_at, modified_at(description), look
            )
    for summary in [*list_versions(sagemaker, group, PENDING), *approved]:
        if not is_pinned(found.pins, summary.arn, summary.created_at):
            try:
                found.pins[summary.arn] = _pin(sagemaker, s3, summary)
            except (VisAssisError, ClientError) as error:
                # Nothing is served of it yet; the next look tries again, at the latest at approval.
                logger.warning("bytes not pinned", package=summary.arn, reason=str(error))
    return found


def is_pinned(pins: Mapping[str, Pin], arn: str, created_at: datetime) -> bool:
    """Whether the pin is of this version, not of one in a group that was created again since."""
    return arn in pins and pins[arn].created_at == created_at


def _pin(sagemaker: Any, s3: Any, summary: Summary) -> Pin:
    """The checksum that the version was registered with, else that of its artifact now."""
    package = package_of(sagemaker.describe_model_package(ModelPackageName=summary.arn))
    return Pin(summary.created_at, package.sha256 or verify(s3, package)[1])


def _ended(approval: Approval, unapproved: Unapproved | None) -> bool:
    return (
        unapproved is not None
        and unapproved.arn == approval.arn
        and unapproved.moment > approval.approved_at
    )
