"""Lambda entry point: one request of Terraform's."""

from __future__ import annotations

import os
import time
from functools import cache
from typing import Any

import boto3
from botocore.config import Config

from common.logging import build_logger
from teardown.removal import Deadline
from teardown.request import parse, read_stack
from teardown.stages import run

logger = build_logger()


@cache
def client(service: str) -> Any:
    # Hundreds of versions or log streams run into the rate limits of the control planes.
    return boto3.client(service, config=Config(retries={"mode": "standard", "max_attempts": 10}))


@logger.inject_lambda_context
def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Removes what the request names; what remains is raised, which fails Terraform's destroy."""
    deadline = Deadline(lambda: context.get_remaining_time_in_millis() / 1000, time.sleep)
    stack = read_stack(os.environ)
    report = run(client, stack, parse(event, stack.name), deadline)
    logger.info("done", **report)
    return report
