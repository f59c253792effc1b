"""Lambda entry point: one message of the navigation queue."""

from __future__ import annotations

import os
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from common import event_queue
from common.logging import build_logger
from common.metrics import emit
from common.sdk import client
from update_endpoint import settings
from update_endpoint.reconcile import Clients, reconcile

logger = build_logger()


@logger.inject_lambda_context
def handle(event: dict[str, Any], context: Any) -> None:
    """Reconciles the endpoint whatever woke it; a failure is raised again."""
    del context
    policy = event_queue.RetryPolicy.from_environment(os.environ)
    event_queue.process_message(event, apply, sqs=client("sqs"), policy=policy, logger=logger)


def apply(message: event_queue.Message) -> None:
    """Takes the next step towards the newest upload and says what it was."""
    message.json()
    chosen = settings.from_environment(os.environ)
    clients = Clients(
        client("s3"),
        client("sagemaker"),
        client("application-autoscaling"),
        client("sagemaker-runtime"),
        client("cloudwatch"),
    )
    outcome = reconcile(clients, lambda: datetime.now(UTC), chosen)
    logger.info("reconciled", **asdict(outcome))
    judged = {"ReleaseFailed": outcome.release_failed, "ReleaseRefused": outcome.release_refused}
    counts = {name: value for name, value in judged.items() if value is not None}
    if counts:
        emit({"Endpoint": chosen.endpoint}, **counts)
