"""The navigation route in front of a model that answers, for tests of what clients may send."""

from __future__ import annotations

import base64
from io import StringIO
from typing import Any

from common.http_api import Response, answered
from common.logging import build_logger
from invoke_navigation import handler
from invoke_navigation.settings import Settings
from tests.fakes.inference import FakeInference

PNG_BYTES = b"\x89PNG\r\n\x1a\n" + b"picture"
PNG = base64.b64encode(PNG_BYTES).decode()
PROMPTS = {f"prompt_{number}": f"Question {number}?" for number in (1, 2, 3, 4)}
VALID = {"image_data": PNG, **PROMPTS}
LOG = StringIO()
LOGGER = build_logger(service="test-navigation-route", stream=LOG)


def post(event: Any) -> Response:
    """The answer to an event of the gateway; LOG then holds what was logged for it."""
    LOG.seek(0)
    LOG.truncate()
    endpoint = FakeInference("navigation", {"Question 1?": "no"})
    configured = Settings("navigation", 24)
    return answered(lambda: handler.respond(event, endpoint, configured, LOGGER), LOGGER, "ask")


def encoded(content: bytes) -> str:
    """The bytes in base64."""
    return base64.b64encode(content).decode()
