"""Lambda entry point that Terraform invokes."""

from __future__ import annotations

from dataclasses import asdict
from functools import cache
from typing import Any

import boto3

from amplify_settings.app import App
from amplify_settings.apply import apply
from amplify_settings.request import Request
from common.logging import build_logger

logger = build_logger()


@cache
def client() -> Any:
    return boto3.client("amplify")


@logger.inject_lambda_context
def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Merges or removes the stack's variables; a failure is raised and fails Terraform's run."""
    del context
    request = Request.from_event(event)
    outcome = apply(request, lambda app_id: App(client(), app_id))
    logger.info(
        "settings applied", action=request.action, app=request.wish.app_id, **asdict(outcome)
    )
    return asdict(outcome)
