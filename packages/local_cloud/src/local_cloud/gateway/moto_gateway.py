"""Hands requests straight to moto's response classes, without its Flask server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ministack.core.responses import get_account_id
from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse
from moto.core.request import Request
from moto.sagemaker.responses import SageMakerResponse

from local_cloud.gateway.aws_request import AwsRequest, AwsResponse, error_response

_ACCOUNT_HEADER = "x-moto-account-id"
_HOSTS = {"sagemaker": "api.sagemaker", "application-autoscaling": "application-autoscaling"}


def call_moto(request: AwsRequest) -> AwsResponse:
    """Answer of moto, on the caller's account.

    moto keeps a registry per account, but takes the account from a header that any client may
    send. Here the caller's credentials decide.

    An operation that moto lacks answers 400 `UnknownOperationException`: AWS never answers 500
    to it, and clients retry a 500 for minutes.
    """
    dispatch = _dispatcher(request.service)
    url = f"https://{_HOSTS[request.service]}.{request.region}.amazonaws.com/"
    headers = {**request.headers, _ACCOUNT_HEADER: get_account_id()}
    native = Request.from_primitives(request.method, url, headers, request.body)
    try:
        status, answered, body = dispatch(native, url, native.headers)
    except NotImplementedError:
        return error_response(
            "UnknownOperationException",
            f"{request.service}:{request.operation} is not part of the local cloud",
        )
    raw = body.encode() if isinstance(body, str) else body
    sent = {key.lower(): str(value) for key, value in answered.items() if key.lower() != "status"}
    return AwsResponse(int(status), sent, raw)


def _dispatcher(service: str) -> Callable[..., tuple[int, dict[str, Any], Any]]:
    if service == "sagemaker":
        return SageMakerResponse.dispatch  # type: ignore[no-any-return]
    return ApplicationAutoScalingResponse.dispatch  # type: ignore[no-any-return]
