"""Asks the endpoint, once and within a time."""

from __future__ import annotations

import json
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from common.http_api import HttpError
from common.timed_call import call_within
from invoke_navigation.decision_tree import UnusableAnswerError, contract_answers, questions
from invoke_navigation.endpoint_failures import explain
from invoke_navigation.request import Request

JSON = "application/json"
MAX_BODY_BYTES = 1_000_000


def client_config(seconds: int) -> Config:
    """Configuration of the SageMaker runtime client.

    No retries: they would send the image again, and the client is told when to try again.
    """
    return Config(
        connect_timeout=2,
        read_timeout=seconds,
        retries={"mode": "standard", "total_max_attempts": 1},
    )


def ask(runtime: Any, endpoint_name: str, request: Request, *, seconds: float) -> dict[str, str]:
    """The contract's answers.

    Parameters:
        runtime: boto3 SageMaker runtime client.
        seconds: for everything together. The client's own timeout starts again with every byte.

    Errors: `HttpError` with the status that the failure stands for.
    """

    def invoke() -> bytes:
        answer = runtime.invoke_endpoint(
            EndpointName=endpoint_name, ContentType=JSON, Accept=JSON, Body=_payload(request)
        )
        return bytes(answer["Body"].read(MAX_BODY_BYTES))

    try:
        body = call_within(seconds, invoke)
    except (BotoCoreError, ClientError, TimeoutError) as error:
        raise explain(error) from error
    return _read(body)


def _payload(request: Request) -> bytes:
    return json.dumps(
        {"image": request.image.base64, "questions": questions(request.prompts)}
    ).encode()


def _read(body: bytes) -> dict[str, str]:
    try:
        return contract_answers(json.loads(body))
    # Not chained: the error of a JSON parser holds the whole document.
    except UnusableAnswerError as error:
        detail = str(error)
    except (ValueError, RecursionError):
        detail = "not JSON"
    raise HttpError(502, "The model's answer cannot be used.", detail=detail, fault=True)
