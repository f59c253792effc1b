"""In-memory navigation endpoint: speaks the model's own protocol and fails when told to."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from botocore.exceptions import ClientError

from navigation_protocol.questions import ask_all
from navigation_protocol.refusal import Refusal
from navigation_protocol.request import parse_request
from tests.fakes.client import FakeClient

LOG_STREAM = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/sagemaker/Endpoints/navigation"


def model_error(status: int, message: str) -> ClientError:
    """How SageMaker reports that the container did not answer 200."""
    return ClientError(
        {
            "Error": {"Code": "ModelError", "Message": f"Received {status} with {message}"},
            "OriginalStatusCode": status,
            "OriginalMessage": message,
            "LogStreamArn": LOG_STREAM,
        },
        "InvokeEndpoint",
    )


class FakeInference(FakeClient):
    """One endpoint.

    Parameters:
        answers: what the model says to each prompt; "unknown" to others.
    """

    service = "sagemaker-runtime"

    def __init__(self, name: str, answers: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self.name = name
        self.answers = dict(answers or {})
        self.asked: list[str] = []
        self.raises: Exception | None = None
        self.says: bytes | None = None
        self.hangs = threading.Event()
        self.hangs.set()

    def _invoke_endpoint(self, **call: Any) -> Any:
        self.hangs.wait(timeout=20)
        if call["EndpointName"] != self.name:
            raise ClientError(
                {"Error": {"Code": "ValidationError", "Message": "Endpoint not found."}},
                "InvokeEndpoint",
            )
        if self.raises is not None:
            raise self.raises
        body = self._answer(call) if self.says is None else self.says
        return {"Body": BytesIO(body), "ContentType": "application/json"}

    def _answer(self, call: Mapping[str, Any]) -> bytes:
        try:
            request = parse_request(call["Body"], call["ContentType"])
        except Refusal as refusal:
            body = json.dumps({"code": refusal.status, "message": refusal.message})
            raise model_error(refusal.status, body) from None
        return json.dumps(request.payload(ask_all(request.questions, self._ask))).encode()

    def _ask(self, prompt: str) -> str:
        self.asked.append(prompt)
        return self.answers.get(prompt, "unknown")
