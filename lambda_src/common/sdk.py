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


@cache
def client(service: str) -> Any:
    """The function's only client of a service."""
    config = Config(read_timeout=COPY_SECONDS) if service == "s3" else None
    return boto3.client(service, config=config)
