"""Lambda entry point: one order of Terraform's."""

from __future__ import annotations

import os
import time
from functools import cache
from typing import Any

import boto3
from botocore.config import Config

from common.logging import build_logger
from teardown import order, settings
from teardown.patience import Patience
from teardown.run import run

logger = build_logger()


@cache
def client(service: str) -> Any:
    # Hundreds of versions or log streams run into the rate limits of the control planes.
    return boto3.client(service, config=Config(retries={"mode": "standard", "max_attempts": 10}))


@logger.inject_lambda_context
def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Removes what the order names; what remains is raised, which fails Terraform's destroy."""
    patience = Patience(lambda: context.get_remaining_time_in_millis() / 1000, time.sleep)
    asked = order.parse(event)
    stack = settings.read(os.environ, asked.names)
    report = run(client, stack, asked, patience)
    logger.info("done", **report)
    return report
