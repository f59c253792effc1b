"""Lambda entry point of GET /getmodelurl."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools import Logger

from common.http_api import Response, answered, json_response
from common.logging import build_logger
from model_urls import contract
from model_urls.index_reader import IndexReader
from model_urls.links import Sign, client_config, signer
from model_urls.settings import Settings

logger = build_logger()


@dataclass(frozen=True)
class Tools:
    """What answers requests.

    Attributes:
        types: the model types of the catalogue.
    """

    index: IndexReader
    types: tuple[str, ...]
    sign: Sign


@cache
def tools() -> Tools:
    """Kept for the life of the process."""
    settings = Settings.from_environment(os.environ)
    s3 = boto3.client("s3", config=client_config())
    bucket = settings.production_bucket
    return Tools(
        index=IndexReader(s3, bucket, settings.index_key),
        types=settings.types,
        sign=signer(s3, bucket, settings.lifetime_seconds),
    )


@logger.inject_lambda_context
def handle(event: dict[str, Any], context: Any) -> Response:
    """Answers with the links; nothing in the request matters."""
    del event
    return answered(lambda: respond(tools(), logger), logger, context.function_name)


def respond(tools: Tools, logger: Logger) -> Response:
    """200 with the model of each type that has one.

    Raises:
        HttpError: 503 when the index cannot be read.
    """
    entries = tools.index.read()
    models = {
        kind: entry.model
        for kind, entry in entries.items()
        if entry.model is not None and kind in tools.types
    }
    logger.info("linked", models={kind: model.key for kind, model in models.items()})
    return json_response(200, contract.body(models, tools.sign))
