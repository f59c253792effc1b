"""The services that the local cloud serves itself, by the name in the SigV4 scope."""

from __future__ import annotations

from collections.abc import Callable

from local_cloud.amplify import service as amplify
from local_cloud.gateway.aws_request import AwsRequest, AwsResponse, error_response
from local_cloud.gateway.moto_gateway import call_moto
from local_cloud.iam.authorization import refusal
from local_cloud.sagemaker import service_quotas
from local_cloud.sagemaker.endpoints import invocation


def _sagemaker(request: AwsRequest) -> AwsResponse:
    if not request.operation:
        return invocation.invoke(request)
    return _json_service(request)


def _json_service(request: AwsRequest) -> AwsResponse:
    try:
        parameters = request.parameters()
    except ValueError:
        return error_response("SerializationException", "the body is not a JSON object")
    return refusal(request, request.operation, parameters) or call_moto(request)


OWN_SERVICES: dict[str, Callable[[AwsRequest], AwsResponse]] = {
    "sagemaker": _sagemaker,
    "application-autoscaling": _json_service,
    "amplify": amplify.handle,
    "servicequotas": service_quotas.handle,
}
