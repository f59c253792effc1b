"""Lambda entry point: one message of the navigation scaling lane."""

from __future__ import annotations

import os
import time
from dataclasses import asdict
from typing import Any

from common import lane
from common.logging import build_logger
from common.sdk import client
from setup_autoscaling import settings
from setup_autoscaling.reconcile import reconcile

logger = build_logger()


@logger.inject_lambda_context
def handle(event: dict[str, Any], context: Any) -> None:
    """Reconciles the endpoint's scaling whatever woke it; a failure is raised again."""
    del context
    policy = settings.retry_policy(os.environ)
    lane.work_off(event, apply, sqs=client("sqs"), policy=policy, logger=logger)


def apply(message: lane.Message) -> None:
    """Brings target and policy up to date and says what was changed."""
    message.json()
    chosen = settings.from_environment(os.environ)
    outcome = reconcile(client("sagemaker"), client("application-autoscaling"), time.sleep, chosen)
    logger.info("reconciled", **asdict(outcome))
