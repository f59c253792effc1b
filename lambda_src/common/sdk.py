"""The functions' boto3 clients; an SDK that is older than the requests made with it is refused.

boto3 comes with the Lambda runtime, and AWS decides when that gets a newer one. An older boto3
turns an unknown parameter down only when a request is made, in words that do not help.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import boto3
from botocore.config import Config

from common.errors import SettingsError

COPY_SECONDS = 300
"""S3 answers CopyObject when the copy is made; of 5 GiB that is later than botocore's minute."""

CONDITIONAL_WRITES = {
    "CopyObject": ("IfMatch", "IfNoneMatch"),
    "CompleteMultipartUpload": ("IfMatch", "IfNoneMatch"),
    "DeleteObject": ("IfMatch",),
    "PutObject": ("IfMatch", "IfNoneMatch"),
}


@cache
def client(service: str) -> Any:
    """The function's only client of a service; S3's is known to take conditional writes.

    Errors: `SettingsError` when the SDK is too old for them.
    """
    if service != "s3":
        return boto3.client(service)
    made = boto3.client(service, config=Config(read_timeout=COPY_SECONDS))
    return with_parameters(made, CONDITIONAL_WRITES)


def with_parameters(client: Any, needed: dict[str, tuple[str, ...]]) -> Any:
    """The client, if its requests take the parameters.

    Parameters:
        client: boto3 client.
        needed: parameters by operation.

    Errors: `SettingsError` when the SDK knows one of them not.
    """
    for operation, parameters in needed.items():
        known = client.meta.service_model.operation_model(operation).input_shape.members
        missing = [name for name in parameters if name not in known]
        if missing:
            raise SettingsError(
                f"boto3 {boto3.__version__} of the Lambda runtime does not know "
                f"{', '.join(missing)} of {operation}: add a newer boto3 to "
                "requirements/lambda.in, then run make lock and deploy again"
            )
    return client
