"""Presigned links that a browser can use across origins."""

from __future__ import annotations

from collections.abc import Callable
from time import time
from typing import Any

from botocore.config import Config

from common.model_index import Model, Stored

Sign = Callable[[Model | Stored], str]

# Without these settings botocore signs for the global host in most regions; it answers 307 to
# the region's host, and browsers do not follow that across origins. Virtual hosting gives way to
# paths by itself when a custom endpoint is an IP address.
ADDRESSING = {"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"}
MOST_REMEMBERED = 1000


def client_config(connections: int = 1) -> Config:
    """Configuration of the S3 client that reads and signs.

    Args:
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
    """Makes links to one version of an object; each is handed out for half of its lifetime.

    Only the host is signed, so that a browser may add Range, If-None-Match and the like. The
    version is part of the link: a download goes on with the same bytes after a promotion.

    Args:
        seconds: for how long a link works.
    """
    remembered: dict[tuple[str, str], tuple[float, str]] = {}

    def sign(linked: Model | Stored) -> str:
        item = (linked.key, linked.version_id)
        signed_at, link = remembered.get(item, (0.0, ""))
        # The clock that dates links: a monotonic one may stand still while Lambda freezes us.
        now = time()
        if not link or not 0 <= now - signed_at <= seconds / 2:
            if len(remembered) >= MOST_REMEMBERED:
                remembered.clear()
            parameters = {"Bucket": bucket, "Key": linked.key, "VersionId": linked.version_id}
            link = str(
                s3.generate_presigned_url("get_object", Params=parameters, ExpiresIn=seconds)
            )
            remembered[item] = now, link
        return link

    return sign
