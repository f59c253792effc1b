"""Service Quotas: the two listings, answered with the limits that the local cloud keeps to.

Names: https://docs.aws.amazon.com/general/latest/gr/sagemaker.html and
https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html (1,000 executions).
"""

from __future__ import annotations

from typing import Any

from ministack.core.responses import get_account_id
from moto.sagemaker.models import sagemaker_backends

from local_cloud.gateway.aws_request import AwsRequest, AwsResponse, error_response, json_response
from local_cloud.iam.authorization import refusal
from local_cloud.sagemaker.endpoints.quotas import quotas

UNLIMITED = 1000
_ENDPOINTS = ("ml.g4dn.xlarge", "ml.g5.xlarge", "ml.g5.2xlarge", "ml.g6.xlarge", "ml.m5.xlarge")
_PROCESSING = ("ml.m5.large", "ml.m5.xlarge", "ml.m5.2xlarge")
_LISTINGS = ("ListAWSDefaultServiceQuotas", "ListServiceQuotas")


def handle(request: AwsRequest) -> AwsResponse:
    """Answer one request; the applied quotas are the default ones but where a test set others."""
    refused = refusal(request, request.operation, request.parameters())
    if refused:
        return refused
    service = request.parameters().get("ServiceCode", "")
    values = _values(service, request.region)
    if request.operation not in _LISTINGS:
        return error_response("UnknownOperationException", request.operation)
    if values is None:
        return error_response("NoSuchResourceException", f"No such service: {service}")
    shown = [{"ServiceCode": service, "QuotaName": n, "Value": float(v)} for n, v in values.items()]
    return json_response({"Quotas": shown})


def _values(service: str, region: str) -> dict[str, Any] | None:
    if service == "lambda":
        return {"Concurrent executions": 1000}
    if service != "sagemaker":
        return None
    limits = quotas(sagemaker_backends[get_account_id()][region])
    types = dict.fromkeys((*_ENDPOINTS, *limits))
    return {
        **{f"{kind} for endpoint usage": limits.get(kind, UNLIMITED) for kind in types},
        **{f"{kind} for processing job usage": UNLIMITED for kind in _PROCESSING},
    }
