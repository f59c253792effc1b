"""Lambda entry point: one message of the promotion queue, or the order to build the index."""

from __future__ import annotations

import os
import time
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cache
from typing import Any

from common import event_queue
from common.logging import build_logger
from common.metrics import emit, emit_seconds
from common.sdk import client
from promote_model import build, trace
from promote_model.index_writer import IndexWriter
from promote_model.reconcile import Place, reconcile
from promote_model.settings import Settings
from promote_model.signing import SigningKey

logger = build_logger()


@cache
def settings() -> Settings:
    return Settings.from_environment(os.environ)


@logger.inject_lambda_context(clear_state=True)
def handle(event: dict[str, Any], context: Any) -> dict[str, Any] | None:
    """Reconciles the model type that the message's group names; a failure is raised again.

    An apply invokes it with `{"build_index": true}` instead.
    """
    where = place(context.function_name)
    if event.get("build_index"):
        return build.build_index(where, sleep=time.sleep)
    event_queue.process_message(
        event,
        lambda message: promote(where, message, context.function_name),
        sqs=client("sqs"),
        policy=settings().retry,
        logger=logger,
    )
    return None


def promote(where: Place, message: event_queue.Message, function_name: str) -> None:
    """Brings one model type up to date and logs what was done."""
    settings().group_of(message.group)
    event = message.json()
    keys = trace.keys(event)
    logger.append_keys(**keys)
    outcome = reconcile(where, message.group, event)
    # An approval's execution, even if an older one's model is served in the end.
    logger.info("reconciled", **(asdict(outcome) | keys))
    if outcome.action == "serve" and (began := trace.since(event)):
        seconds = (where.now() - began).total_seconds()
        emit_seconds({"FunctionName": function_name}, ServedSeconds=seconds)


def now() -> datetime:
    """The time in UTC."""
    return datetime.now(UTC)


def place(function_name: str) -> Place:
    """Where the function works, from its settings."""
    chosen, s3 = settings(), client("s3")
    return Place(
        sagemaker=client("sagemaker"),
        s3=s3,
        groups=chosen.groups,
        bucket=chosen.production_bucket,
        index=IndexWriter(
            s3,
            chosen.production_bucket,
            types=chosen.groups,
            key=SigningKey.parse(client("kms"), chosen.signing_key) if chosen.signing_key else None,
            lifetime=chosen.index_lifetime,
            now=now,
            logger=logger,
        ),
        copy_in_parts_above=chosen.copy_in_parts_above,
        now=now,
        logger=logger,
        alarm=lambda count: emit({"FunctionName": function_name}, RefusedCandidates=count),
    )
