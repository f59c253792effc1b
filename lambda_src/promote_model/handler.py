"""Lambda entry point: one message of the promotion lane."""

from __future__ import annotations

import os
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cache
from typing import Any

from common import lane
from common.logging import build_logger
from common.sdk import client
from promote_model.reconcile import reconcile
from promote_model.settings import Settings

logger = build_logger()


@cache
def settings() -> Settings:
    return Settings.from_environment(os.environ)


@logger.inject_lambda_context
def handle(event: dict[str, Any], context: Any) -> None:
    """Reconciles the model type that the message's group names; a failure is raised again."""
    del context
    lane.work_off(event, promote, sqs=client("sqs"), policy=settings().retry, logger=logger)


def promote(message: lane.Message) -> None:
    """Brings one model type up to date and logs what was done."""
    group = settings().group_of(message.group)
    outcome = reconcile(
        message.group,
        group,
        message.json(),
        sagemaker=client("sagemaker"),
        s3=client("s3"),
        bucket=settings().production_bucket,
        arn_prefix=f"{settings().model_package_arns}{group}/",
        copy_in_parts_above=settings().copy_in_parts_above,
        now=lambda: datetime.now(UTC),
    )
    logger.info("reconciled", **asdict(outcome))
