"""Clients of a local cloud."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from local_cloud import LocalCloud

Clients = Callable[..., Any]


def clients_of(cloud: LocalCloud) -> Clients:
    """`client("s3")` as root, `client("s3", role_arn)` with that role's permissions."""

    import boto3  # noqa: PLC0415 - pytest loads this in every run
    from botocore.config import Config  # noqa: PLC0415

    def client(service: str, role_arn: str = "", **settings: Any) -> Any:
        keys = cloud.environment()
        if role_arn:
            keys = cloud.control("credentials", {"role_arn": role_arn})
        return boto3.client(
            service,
            endpoint_url=cloud.endpoint_url,
            region_name=cloud.region,
            aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
            aws_session_token=keys.get("AWS_SESSION_TOKEN"),
            config=Config(retries={"total_max_attempts": 1}, **settings),
        )

    return client
