"""Lambda entry point of POST /invokesagemakerinference."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from time import monotonic
from typing import Any

import boto3
from aws_lambda_powertools import Logger

from common.errors import SettingsError
from common.http_api import Response, answered, json_object, json_response
from common.logging import build_logger
from invoke_navigation.decision_tree import NOTHING_ASKED
from invoke_navigation.endpoint import ask, client_config
from invoke_navigation.request import read_request, read_sender
from invoke_navigation.settings import Settings

logger = build_logger()


@cache
def settings() -> Settings:
    return Settings.from_environment(os.environ)


@cache
def runtime() -> Any:
    return boto3.client("sagemaker-runtime", config=client_config(settings().answer_seconds))


# Before the first request: it takes 0.07 s, and Lambda starts functions with more processor time.
with suppress(SettingsError):  # which the request tells
    runtime()


@logger.inject_lambda_context
def handle(event: dict[str, Any], context: Any) -> Response:
    """Answers the questions that the contract's tree calls for."""
    return answered(
        lambda: respond(event, runtime(), settings(), logger), logger, context.function_name
    )


def respond(event: Mapping[str, Any], client: Any, settings: Settings, logger: Logger) -> Response:
    """200 with the three answers, all "" when a newer picture of the same user overtook this one.

    Parameters:
        client: boto3 SageMaker runtime client.

    Errors: `HttpError` for every other status.
    """
    started = monotonic()
    request = read_request(json_object(event))
    left = settings.answer_seconds - (monotonic() - started)
    sender = read_sender(event)
    said = ask(client, settings.endpoint_name, request, sender, seconds=left)
    answers = said.answers if said else NOTHING_ASKED
    # What the camera saw and what was said about it stay out of the log.
    logger.info(
        "answered" if said else "overtaken",
        image_kind=request.image.kind,
        image_bytes=request.image.size,
        answers=sum(map(bool, answers.values())),
        milliseconds=said.milliseconds if said else {},
        seconds=round(monotonic() - started, 3),
    )
    return json_response(200, answers)
