"""InvokeEndpoint."""

from __future__ import annotations

import re
from urllib.parse import unquote

from moto.sagemaker.models import sagemaker_backends

from local_cloud.authorization import refusal
from local_cloud.aws_request import AwsRequest, AwsResponse, error_response
from local_cloud.settings import ACCOUNT_ID

_PATH = re.compile(r"^/endpoints/([^/]+)/invocations$")


def invoke(request: AwsRequest) -> AwsResponse:
    """AWS refuses an endpoint that does not exist or is not in service; moto answered `body`.

    The local cloud runs no containers: an endpoint in service answers ModelError.
    """
    match = _PATH.match(request.path)
    if match is None:
        return error_response(
            "UnknownOperationException", f"{request.method} {request.path} is not emulated", 404
        )
    name = unquote(match.group(1))
    refused = refusal(request, "InvokeEndpoint", {"EndpointName": name}, denied_status=403)
    if refused:
        return refused
    endpoint = sagemaker_backends[ACCOUNT_ID][request.region].endpoints.get(name)
    if endpoint is None:
        return error_response(
            "ValidationError", f"Endpoint {name} of account {ACCOUNT_ID} not found."
        )
    return error_response(
        "ModelError", f"no container of endpoint {name} runs in the local cloud", 424
    )
