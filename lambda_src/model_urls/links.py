"""Presigned links that a browser can use across origins."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from botocore.config import Config

from model_urls.candidates import CurrentZip

Sign = Callable[[CurrentZip], str]

# Without these settings botocore signs for the global host in most regions; it answers 307 to
# the region's host, and browsers do not follow that across origins. Virtual hosting gives way to
# paths by itself when a custom endpoint is an IP address.
ADDRESSING = {"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"}


def client_config(connections: int) -> Config:
    """Configuration of the S3 client that lists and signs.

    Parameters:
        connections: as many as there are concurrent calls.
    """
    return Config(
        signature_version="s3v4",
        s3=ADDRESSING,
        connect_timeout=2,
        read_timeout=5,
        retries={"mode": "standard", "total_max_attempts": 3},
        max_pool_connections=connections,
    )


def signer(s3: Any, bucket: str, seconds: int) -> Sign:
    """Makes links to one version of an object.

    Only the host is signed, so that a browser may add Range, If-None-Match and the like. The
    version is part of the link: a download goes on with the same bytes after a promotion.

    Parameters:
        seconds: for how long a link works.
    """

    def sign(item: CurrentZip) -> str:
        parameters = {"Bucket": bucket, "Key": item.key, "VersionId": item.version_id}
        return str(s3.generate_presigned_url("get_object", Params=parameters, ExpiresIn=seconds))

    return sign
