"""Lambda entry point that Terraform invokes."""

from __future__ import annotations

import time
from dataclasses import asdict
from functools import cache
from typing import Any

import boto3

from amplify_settings.app import App
from amplify_settings.apply import apply
from amplify_settings.request import Request
from common.logging import build_logger

PAUSE_SECONDS = 5
RESERVED_MILLISECONDS = 30_000  # to write, start and answer

logger = build_logger()


@cache
def client() -> Any:
    return boto3.client("amplify")


@logger.inject_lambda_context
def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Merges or removes the stack's variables; a failure is raised and fails Terraform's run."""
    request = Request.from_event(event)

    def wait() -> bool:
        time.sleep(PAUSE_SECONDS)
        return bool(context.get_remaining_time_in_millis() > RESERVED_MILLISECONDS)

    outcome = apply(request, lambda app_id: App(client(), app_id), wait)
    logger.info(
        "settings applied", action=request.action, app=request.wish.app_id, **asdict(outcome)
    )
    return asdict(outcome)
