"""Writes what a container prints to CloudWatch Logs, as the execution role."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local_cloud.sagemaker.aws_errors import error_details

GROUP_PREFIX = "/aws/sagemaker/Endpoints/"
# limits of PutLogEvents: 1 MiB per call and 256 KiB per event
_BATCH_EVENTS = 100
_LINE_CHARACTERS = 8_000

logger = logging.getLogger(__name__)


class ContainerLog:
    """One instance's log stream, fed from the file that its process writes.

    Parameters:
        logs: gives the role's client of CloudWatch Logs.
        endpoint: name that the group ends in.
        stream: name of the stream, `<variant>/<instance id>`.
        file: what the process prints.
    """

    def __init__(self, logs: Callable[[], Any], endpoint: str, stream: str, file: Path) -> None:
        self.file = file
        self._logs, self._stream = logs, stream
        self._group = GROUP_PREFIX + endpoint
        self._offset = 0
        self._created = self._lost = False
        self._lock = threading.Lock()

    def ship(self) -> None:
        """Write the lines that are new; a role without permission loses its log, not its life."""
        with self._lock:
            lines = [] if self._lost else self._new_lines()
            if not lines:
                return
            try:
                self._write(lines)
            except (ClientError, BotoCoreError, ValueError) as error:
                self._lost = True
                shown = error if isinstance(error, ValueError) else error_details(error)
                logger.warning("log %s of %s is lost: %s", self._stream, self._group, shown)

    def _new_lines(self) -> list[str]:
        if not self.file.exists() or self.file.stat().st_size == self._offset:
            return []
        with self.file.open("rb") as file:
            file.seek(self._offset)
            content = file.read()
        self._offset += len(content)
        return [line[:_LINE_CHARACTERS] for line in content.decode(errors="replace").splitlines()]

    def _write(self, lines: list[str]) -> None:
        logs = self._logs()
        names = {"logGroupName": self._group, "logStreamName": self._stream}
        if not self._created:
            _create(logs.create_log_group, logGroupName=self._group)
            _create(logs.create_log_stream, **names)
            self._created = True
        moment = int(time.time() * 1000)
        events = [{"timestamp": moment, "message": line} for line in lines if line.strip()]
        for start in range(0, len(events), _BATCH_EVENTS):
            logs.put_log_events(**names, logEvents=events[start : start + _BATCH_EVENTS])


def _create(operation: Any, **names: str) -> None:
    try:
        operation(**names)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceAlreadyExistsException":
            raise
