"""Lambda entry point, invoked by EventBridge: state changes of the endpoint and a schedule."""

from __future__ import annotations

import os
import time
from dataclasses import asdict
from typing import Any

from common.logging import build_logger
from common.sdk import client
from setup_autoscaling import settings
from setup_autoscaling.reconcile import reconcile

logger = build_logger()


@logger.inject_lambda_context
def handle(event: dict[str, Any], context: Any) -> None:
    """Reconciles the endpoint's scaling whatever woke it; a failure is raised: Lambda retries."""
    del event, context
    chosen = settings.from_environment(os.environ)
    outcome = reconcile(client("sagemaker"), client("application-autoscaling"), time.sleep, chosen)
    logger.info("reconciled", **asdict(outcome))
