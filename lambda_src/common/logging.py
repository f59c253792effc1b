"""The functions' logger: one JSON line per entry, redacted whoever writes it."""

from __future__ import annotations

import json
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter

from common.redaction import redact


class RedactingFormatter(LambdaPowertoolsFormatter):
    """Redacts the finished entry, so that tracebacks and extra keys are covered too."""

    def serialize(self, log: Any) -> str:
        # Serialised first: Powertools leaves objects in the entry that only its serialiser unfolds.
        return json.dumps(redact(json.loads(super().serialize(log))), separators=(",", ":"))


def build_logger(**options: Any) -> Logger:
    """Logger that takes service and level from POWERTOOLS_SERVICE_NAME and LOG_LEVEL.

    Parameters:
        options: passed on to Powertools' Logger, for example `stream` or `service`.
    """
    return Logger(logger_formatter=RedactingFormatter(), **options)
