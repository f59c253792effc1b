"""Lambda entry point of POST /invokesagemakerinference."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from time import monotonic
from typing import Any

import boto3
from aws_lambda_powertools import Logger

from common.http_api import Response, answered, json_object, json_response
from common.logging import build_logger
from invoke_navigation.endpoint import ask, client_config
from invoke_navigation.request import read_request
from invoke_navigation.settings import Settings

logger = build_logger()


@cache
def settings() -> Settings:
    return Settings.from_environment(os.environ)


@cache
def runtime() -> Any:
    return boto3.client("sagemaker-runtime", config=client_config(settings().answer_seconds))


@logger.inject_lambda_context
def handle(event: dict[str, Any], context: Any) -> Response:
    """Answers the questions that the contract's tree calls for."""
    return answered(
        lambda: respond(event, runtime(), settings(), logger), logger, context.function_name
    )


def respond(event: Mapping[str, Any], client: Any, settings: Settings, logger: Logger) -> Response:
    """200 with the three answers.

    Parameters:
        client: boto3 SageMaker runtime client.

    Errors: `HttpError` for every other status.
    """
    started = monotonic()
    request = read_request(json_object(event))
    left = settings.answer_seconds - (monotonic() - started)
    answers = ask(client, settings.endpoint_name, request, seconds=left)
    # What the camera saw and what was said about it stay out of the log.
    logger.info(
        "answered",
        image_kind=request.image.kind,
        image_bytes=request.image.size,
        answers=sum(bool(answer) for answer in answers.values()),
        seconds=round(monotonic() - started, 3),
    )
    return json_response(200, answers)
