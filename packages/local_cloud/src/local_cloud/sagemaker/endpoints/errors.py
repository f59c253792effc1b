"""Errors of InvokeEndpoint.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html
"""

from __future__ import annotations

from ministack.core.responses import get_account_id

from local_cloud.gateway.aws_request import AwsResponse, error_response, json_response
from local_cloud.sagemaker.endpoints.instances.answer import Answer
from local_cloud.sagemaker.endpoints.instances.container_log import GROUP_PREFIX


def not_found(endpoint: str) -> AwsResponse:
    """The endpoint does not exist, or has not been in service yet."""
    return error_response(
        "ValidationError", f"Endpoint {endpoint} of account {get_account_id()} not found."
    )


def variant_not_found(endpoint: str, variant: str) -> AwsResponse:
    """The request names a variant that the endpoint does not have."""
    return error_response("ValidationError", f"Variant {variant} of {endpoint} not found.")


def too_large(limit: int) -> AwsResponse:
    """The body is over the limit: plain text, from the front end rather than the service."""
    text = f"HTTP content length exceeded {limit} bytes."
    return AwsResponse(413, {"content-type": "text/plain"}, text.encode())


def model_error(endpoint: str, region: str, answer: Answer) -> AwsResponse:
    """424 with the container's status and message, whatever 4xx or 5xx it was."""
    group = GROUP_PREFIX + endpoint
    message = answer.body.decode(errors="replace")
    kind = "client" if 400 <= answer.status < 500 else "server"
    summary = (
        f'Received {kind} error ({answer.status}) from primary with message "{message}". See '
        f"https://{region}.console.aws.amazon.com/cloudwatch/home?region={region}"
        f"#logEventViewer:group={group} in account {get_account_id()} for more information."
    )
    response = json_response(
        {
            "__type": "ModelError",
            "Message": summary,
            "OriginalStatusCode": answer.status,
            "OriginalMessage": message,
            "LogStreamArn": f"arn:aws:logs:{region}:{get_account_id()}:log-group:{group}",
        },
        424,
        "application/json",
    )
    return AwsResponse(424, {**response.headers, "x-amzn-errortype": "ModelError"}, response.body)
