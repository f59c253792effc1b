"""The functions' boto3 clients.

A function that copies under a condition carries its own boto3: CopyObject takes IfMatch and
IfNoneMatch since 1.41, and AWS does not say how old the one in a region's runtime is.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import boto3
from botocore.config import Config

COPY_SECONDS = 300
"""S3 answers CopyObject when the copy is made; of 5 GiB that is later than botocore's minute."""

_CONFIGS = {
    "s3": Config(read_timeout=COPY_SECONDS),
    # A model has 60 s; a retry would ask it again, and whoever asks decides when.
    "sagemaker-runtime": Config(
        connect_timeout=5, read_timeout=70, retries={"mode": "standard", "total_max_attempts": 1}
    ),
}


@cache
def client(service: str) -> Any:
    """The function's only client of a service."""
    return boto3.client(service, config=_CONFIGS.get(service))
