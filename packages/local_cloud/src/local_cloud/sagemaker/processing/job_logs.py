"""Writes a job's output to CloudWatch Logs, as the job's role."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local_cloud.sagemaker.aws_errors import error_details

# limits of PutLogEvents: 1 MiB and 10,000 events per call, 256 KiB per event
_BATCH_BYTES = 900_000
_BATCH_EVENTS = 5_000
_LINE_CHARACTERS = 60_000
_EVENT_OVERHEAD_BYTES = 26
logger = logging.getLogger(__name__)


def publish_log(logs: Any, group: str, job_name: str, file: Path) -> None:
    """Write every line to the group's stream ``<job>/algo-1-<epoch>``.

    A role without log permissions loses the log, not the job: SageMaker does the same.
    """
    stream = f"{job_name}/algo-1-{int(time.time())}"
    try:
        _create(logs.create_log_group, logGroupName=group)
        _create(logs.create_log_stream, logGroupName=group, logStreamName=stream)
        for batch in _batches(file):
            logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=batch)
    except (ClientError, BotoCoreError) as error:
        logger.warning("log of %s is lost: %s", job_name, error_details(error))


def _create(operation: Any, **names: str) -> None:
    try:
        operation(**names)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceAlreadyExistsException":
            raise


def _batches(file: Path) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    size = 0
    moment = int(time.time() * 1000)
    with file.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            text = line.rstrip("\n")[:_LINE_CHARACTERS]
            if not text:
                continue
            length = len(text.encode()) + _EVENT_OVERHEAD_BYTES
            if batch and (size + length > _BATCH_BYTES or len(batch) == _BATCH_EVENTS):
                yield batch
                batch, size = [], 0
            batch.append({"timestamp": moment, "message": text})
            size += length
    if batch:
        yield batch
