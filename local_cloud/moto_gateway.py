"""Hands requests straight to moto's response classes, without its Flask server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse
from moto.core.request import Request
from moto.sagemaker.responses import SageMakerResponse

from local_cloud.aws_request import AwsRequest, AwsResponse, error_response

_Dispatch = Callable[..., tuple[int, dict[str, Any], Any]]
_SERVICES: dict[str, tuple[str, _Dispatch]] = {
    "sagemaker": ("api.sagemaker", SageMakerResponse.dispatch),
    "application-autoscaling": (
        "application-autoscaling",
        ApplicationAutoScalingResponse.dispatch,
    ),
}


def call_moto(request: AwsRequest) -> AwsResponse:
    """Answer of moto.

    An operation that moto lacks answers 400 `UnknownOperationException`: AWS never answers 500
    to it, and clients retry a 500 for minutes.
    """
    host, dispatch = _SERVICES[request.service]
    url = f"https://{host}.{request.region}.amazonaws.com/"
    native = Request.from_primitives(request.method, url, request.headers, request.body)
    try:
        status, headers, body = dispatch(native, url, native.headers)
    except NotImplementedError:
        return error_response(
            "UnknownOperationException",
            f"{request.service}:{request.operation} is not part of the local cloud",
        )
    raw = body.encode() if isinstance(body, str) else body
    sent = {key.lower(): str(value) for key, value in headers.items() if key.lower() != "status"}
    return AwsResponse(int(status), sent, raw)
