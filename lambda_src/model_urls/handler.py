"""Lambda entry point of GET /getmodelurl."""

from __future__ import annotations

import os
from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError

from common.http_api import HttpError, Response, answered, json_response
from common.logging import build_logger
from common.metrics import emit
from model_urls import contract
from model_urls.links import Sign, client_config, signer
from model_urls.newest_models import MAX_THREADS, NewestModels
from model_urls.settings import Settings

RETRY_AFTER_SECONDS = 5

logger = build_logger()


@cache
def tools() -> tuple[NewestModels, Sign]:
    """What answers requests, kept for the life of the process."""
    settings = Settings.from_environment(os.environ)
    s3 = boto3.client("s3", config=client_config(MAX_THREADS))
    newest = NewestModels(s3, settings.production_bucket, settings.types, logger)
    return newest, signer(s3, settings.production_bucket, settings.lifetime_seconds)


@logger.inject_lambda_context
def handle(event: dict[str, Any], context: Any) -> Response:
    """Answers with the links; nothing in the request matters."""
    del event
    name = context.function_name
    return answered(lambda: respond(*tools(), logger=logger, function_name=name), logger, name)


def respond(newest: NewestModels, sign: Sign, *, logger: Logger, function_name: str) -> Response:
    """200 with the types that could be looked up.

    Parameters:
        function_name: dimension of the metric `FailedModelTypes`.

    Errors: `HttpError` 503 when none could.
    """
    models, failures = newest.find()
    for kind, error in failures.items():
        expected = isinstance(error, (BotoCoreError, ClientError, TimeoutError))
        logger.error(
            "model type left out",
            type=kind,
            error=type(error).__name__,
            reason=str(error),
            exc_info=None if expected else error,
        )
    if failures:
        emit({"FunctionName": function_name}, FailedModelTypes=len(failures))
    if failures and not models:
        raise HttpError(
            503, "No model could be looked up; try again.", retry_after=RETRY_AFTER_SECONDS
        )
    keys = {kind: model.zip.key for kind, model in models.items()}
    logger.info("linked", models=keys, failed=sorted(failures))
    return json_response(200, contract.body(models, sign))
