"""Lambda entry point of GET /getmodelurl and GET /models."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools import Logger

from common.http_api import Response, answered, compressed, json_response
from common.logging import build_logger
from common.model_index import Entry, Model, Stored
from model_urls import contract, delivery
from model_urls.index_reader import IndexReader
from model_urls.links import Sign, client_config, signer
from model_urls.settings import Settings

MODELS = "GET /models"

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
    """Answers with the links; of the request, its route and parameters matter."""

    def respond() -> Response:
        if event.get("routeKey") == MODELS:
            query = event.get("queryStringParameters") or {}
            return compressed(respond_files(tools(), query, logger), event)
        return respond_zips(tools(), logger)

    return answered(respond, logger, context.function_name)


def respond_files(tools: Tools, query: Mapping[str, str], logger: Logger) -> Response:
    """200 with the index and links to the files that the caller lacks.

    Raises:
        HttpError: 400 when a parameter is malformed, 503 when the index cannot be read.
    """
    wanted = delivery.Wanted.parse(query)
    envelope, entries = tools.index.read()
    models = _models(tools, entries, wanted)
    sign = _Counted(tools.sign)
    body = delivery.answer(envelope, models.values(), wanted.after, sign)
    _log(logger, models, sign, files=len(body["links"]), has_more=body["next"] is not None)
    return json_response(200, body)


def respond_zips(tools: Tools, logger: Logger) -> Response:
    """200 with the model of each type that has one.

    Raises:
        HttpError: 503 when the index cannot be read.
    """
    _, entries = tools.index.read()
    models = _models(tools, entries, delivery.Wanted())
    sign = _Counted(tools.sign)
    body = contract.body(models, sign)
    _log(logger, models, sign)
    return json_response(200, body)


@dataclass
class _Counted:
    """Signs, and adds up how many bytes the links lead to."""

    sign: Sign
    bytes: int = 0

    def __call__(self, linked: Model | Stored) -> str:
        self.bytes += linked.bytes
        return self.sign(linked)


def _models(
    tools: Tools, entries: Mapping[str, Entry], wanted: delivery.Wanted
) -> dict[str, Model]:
    return {
        kind: entry.model
        for kind, entry in entries.items()
        if entry.model is not None and kind in tools.types and wanted.lacks(kind, entry)
    }


def _log(logger: Logger, models: Mapping[str, Model], signed: _Counted, **facts: Any) -> None:
    logger.info(
        "linked",
        models={kind: model.key for kind, model in models.items()},
        correlation_ids=[m.correlation_id for m in models.values() if m.correlation_id],
        bytes=signed.bytes,
        **facts,
    )
