"""Lambda entry point that Terraform invokes."""

from __future__ import annotations

import os
import time
from dataclasses import asdict
from functools import cache
from typing import Any

import boto3

from amplify_settings.app import App
from amplify_settings.apply import apply
from amplify_settings.request import Request
from amplify_settings.settings import Settings
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
    settings = Settings.from_environment(os.environ)
    request = Request.from_event(event, settings.variable_names)

    def wait() -> bool:
        time.sleep(PAUSE_SECONDS)
        return bool(context.get_remaining_time_in_millis() > RESERVED_MILLISECONDS)

    outcome = apply(request, App(client(), settings.app_id), wait)
    logger.info("settings applied", action=request.action, app=settings.app_id, **asdict(outcome))
    return asdict(outcome)
