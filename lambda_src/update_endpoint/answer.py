"""Asks the release in service a question: it serves only if it answers.

SageMaker calls an endpoint InService when its container answers /ping, which a container may do
before, or without ever, having loaded its model.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from common.aws_errors import code, is_denied
from common.timed_call import call_within

JSON = "application/json"
PICTURE = Path(__file__).with_name("question.jpg")
QUESTION = {"id": "probe", "prompt": "answer en Is there a door in the picture?"}
SECONDS = 75
"""A model has 60 s for an answer; the rest is the way there and back."""
MAX_BODY_BYTES = 1_000_000
MAX_REASON = 200


@dataclass(frozen=True)
class Answer:
    """Whether the endpoint answered rightly; the reason says how not."""

    right: bool
    reason: str = ""


def ask(runtime: Any, endpoint: str) -> Answer:
    """One question about a stored picture, as the API asks them.

    An answer counts when it is 200 with a JSON object whose `answers` hold a text for the question.

    Args:
        runtime: boto3 SageMaker runtime client without retries.

    Raises:
        ClientError: when the call is denied, which is no fault of the release.
    """

    def invoke() -> bytes:
        answer = runtime.invoke_endpoint(
            EndpointName=endpoint, ContentType=JSON, Accept=JSON, Body=_body()
        )
        return bytes(answer["Body"].read(MAX_BODY_BYTES))

    # The client's own timeout starts again with every byte.
    try:
        return _judged(call_within(SECONDS, invoke))
    except ClientError as error:
        if is_denied(error):
            raise
        return Answer(False, _plain(_said(error)))
    except (BotoCoreError, TimeoutError) as error:
        return Answer(False, _plain(f"no answer: {error}"))


def _body() -> bytes:
    image = base64.b64encode(PICTURE.read_bytes()).decode()
    return json.dumps({"image": image, "questions": [QUESTION]}).encode()


def _judged(body: bytes) -> Answer:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return Answer(False, "the answer is not JSON")
    answers = content.get("answers") if isinstance(content, dict) else None
    if isinstance(answers, dict) and isinstance(answers.get(QUESTION["id"]), str):
        return Answer(True)
    return Answer(False, "the answer does not follow the navigation protocol: no text in answers")


def _said(error: ClientError) -> str:
    status = error.response.get("OriginalStatusCode")
    if status:
        return f"the model answered {status}: {error.response.get('OriginalMessage', '')}"
    return f"{code(error)}: {error.response.get('Error', {}).get('Message', '')}"


def _plain(text: str) -> str:
    """One line of printable text, for the status and the log."""
    printable = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(printable.split())[:MAX_REASON]
