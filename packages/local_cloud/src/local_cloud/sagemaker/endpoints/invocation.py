"""InvokeEndpoint."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

from ministack.core.responses import get_account_id
from moto.sagemaker.models import sagemaker_backends

from local_cloud.gateway.aws_request import AwsRequest, AwsResponse, error_response
from local_cloud.iam.authorization import refusal
from local_cloud.sagemaker.endpoints.capture import capture
from local_cloud.sagemaker.endpoints.errors import (
    model_error,
    not_found,
    too_large,
    variant_not_found,
)
from local_cloud.sagemaker.endpoints.instances.answer import Invocation
from local_cloud.sagemaker.endpoints.instances.fleet import Fleet
from local_cloud.sagemaker.endpoints.lifecycle import settle
from local_cloud.sagemaker.endpoints.metrics import record_invocation
from local_cloud.sagemaker.endpoints.state import LOCK, SERVING, running

_PATH = re.compile(r"^/endpoints/([^/]+)/invocations$")
# BodyBlob in botocore's model of sagemaker-runtime. AWS's feature matrix says 25 MB for real-time
# endpoints (model-deploy-feature-matrix.html); this is the stricter of the two.
MAX_BODY_BYTES = 6_291_456


def invoke(request: AwsRequest) -> AwsResponse:
    """AWS lets the endpoint's container answer; moto answered `body` for any name."""
    match = _PATH.match(request.path)
    if match is None:
        return error_response(
            "UnknownOperationException", f"{request.method} {request.path} is not emulated", 404
        )
    name = unquote(match.group(1))
    refused = refusal(request, "InvokeEndpoint", {"EndpointName": name}, denied_status=403)
    if refused:
        return refused
    if len(request.body) > MAX_BODY_BYTES:
        return too_large(MAX_BODY_BYTES)
    backend = sagemaker_backends[get_account_id()][request.region]
    with LOCK:
        settle(backend, name)
        endpoint = backend.endpoints.get(name)
        fleet = running(backend, name).fleet if endpoint else None
        if fleet is None or endpoint.endpoint_status not in SERVING:
            return not_found(name)
    return _ask(request, backend, endpoint, fleet)


def _ask(request: AwsRequest, backend: Any, endpoint: Any, fleet: Fleet) -> AwsResponse:
    name = endpoint.endpoint_name
    wanted = request.headers.get("x-amzn-sagemaker-target-variant", "")
    if wanted and not fleet.has(wanted):
        return variant_not_found(name, wanted)
    sent = Invocation(
        request.body, request.headers.get("content-type", ""), request.headers.get("accept", "")
    )
    variant, answer = fleet.invoke(sent, wanted)
    record_invocation(backend, name, variant, answer, fleet.counts()[variant])
    capture(backend, endpoint, fleet.role_arn, variant, (sent, answer))
    if not answer.succeeded:
        return model_error(name, request.region, answer)
    headers = {
        "content-type": answer.content_type,
        "x-amzn-invoked-production-variant": variant,
    }
    return AwsResponse(200, headers, answer.body)
