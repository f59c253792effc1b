"""In-memory SageMaker runtime: the script that an endpoint serves decides how it answers."""

from __future__ import annotations

import base64
import io
import json
from typing import Any

from botocore.exceptions import ClientError, ReadTimeoutError
from PIL import Image

from tests.fakes.client import FakeClient, client_error
from tests.fakes.hosting import FakeHosting
from tests.fakes.s3_store import Body


class FakeRuntime(FakeClient):
    """Looks at the picture, as a model does, before it answers."""

    service = "sagemaker-runtime"

    def __init__(self, hosting: FakeHosting) -> None:
        super().__init__()
        self.hosting = hosting
        self.deaf = False

    def _invoke_endpoint(self, **call: Any) -> Any:
        endpoint = self.hosting.endpoints.get(call["EndpointName"])
        if endpoint is None or endpoint.serving is None:
            raise client_error("ValidationError", "InvokeEndpoint", "Endpoint not found.")
        request = json.loads(call["Body"])
        with Image.open(io.BytesIO(base64.b64decode(request["image"]))) as picture:
            picture.load()
        if self.deaf:
            raise ReadTimeoutError(endpoint_url="https://runtime")
        if b"MUTE" in endpoint.serving:
            raise model_error(500, "CUDA error: the driver is too old")
        answers = {question["id"]: "yes" for question in request["questions"]}
        return {"Body": Body(json.dumps({"answers": answers}).encode())}


def model_error(status: int, message: str) -> ClientError:
    """The error of a container that answers with a 4xx or 5xx."""
    response = {
        "Error": {"Code": "ModelError", "Message": f"Received error ({status}) from primary"},
        "OriginalStatusCode": status,
        "OriginalMessage": message,
    }
    return ClientError(response, "InvokeEndpoint")
