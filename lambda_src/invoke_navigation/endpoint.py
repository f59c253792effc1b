"""Asks the endpoint, within a time."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from common.http_api import HttpError
from common.timed_call import call_within
from invoke_navigation.decision_tree import UnusableAnswerError, contract_answers, questions
from invoke_navigation.endpoint_failures import explain, is_overtaken, knows_no_sender
from invoke_navigation.request import Request

JSON = "application/json"
MAX_BODY_BYTES = 1_000_000
STAGES = ("decode", "prepare", "wait", "answer")


def client_config(seconds: int) -> Config:
    """Configuration of the SageMaker runtime client.

    No retries: they would send the image again, and the client is told when to try again.
    """
    return Config(
        connect_timeout=min(2, seconds),
        read_timeout=seconds,
        retries={"mode": "standard", "total_max_attempts": 1},
    )


@dataclass(frozen=True)
class Answered:
    """What the model said.

    Parameters:
        answers: the contract's three.
        milliseconds: of the model's stages, for the log; empty where it names none.
    """

    answers: dict[str, str]
    milliseconds: dict[str, float]


def ask(
    runtime: Any,
    endpoint_name: str,
    request: Request,
    sender: Mapping[str, Any],
    *,
    seconds: float,
) -> Answered | None:
    """The model's answers; None when a newer picture of the same user overtook this one.

    Parameters:
        runtime: boto3 SageMaker runtime client.
        sender: whose request it is and which of theirs; may be empty.
        seconds: for everything together. The client's own timeout starts again with every byte.

    Errors: `HttpError` with the status that the failure stands for.
    """

    def invoke(sender: Mapping[str, Any]) -> bytes:
        answer = runtime.invoke_endpoint(
            EndpointName=endpoint_name,
            ContentType=JSON,
            Accept=JSON,
            Body=_payload(request, sender),
        )
        return bytes(answer["Body"].read(MAX_BODY_BYTES))

    def invoke_any_release() -> bytes:
        try:
            return invoke(sender)
        except ClientError as error:
            if not knows_no_sender(error):
                raise
            return invoke({})

    try:
        body = call_within(seconds, invoke_any_release)
    except (BotoCoreError, ClientError, TimeoutError) as error:
        if is_overtaken(error):
            return None
        raise explain(error) from error
    return _read(body)


def _payload(request: Request, sender: Mapping[str, Any]) -> bytes:
    rest = json.dumps({**sender, "questions": questions(request.prompts)})
    # Base64 needs no escapes; to look for some takes longer than all the rest of the function.
    return b"".join((b'{"image": "', request.image.base64, b'", ', rest[1:].encode()))


def _read(body: bytes) -> Answered:
    try:
        payload = json.loads(body)
        return Answered(contract_answers(payload), _milliseconds(payload))
    # Not chained: the error of a JSON parser holds the whole document.
    except UnusableAnswerError as error:
        detail = str(error)
    except (ValueError, RecursionError):
        detail = "not JSON"
    raise HttpError(502, "The model's answer cannot be used.", detail=detail, fault=True)


def _milliseconds(payload: dict[str, Any]) -> dict[str, float]:
    """Of the stages by name, and nothing else that a release may put there."""
    given = payload.get("milliseconds")
    times = given if isinstance(given, dict) else {}
    return {
        stage: times[stage]
        for stage in STAGES
        if type(times.get(stage)) in (int, float) and math.isfinite(times[stage])
    }
