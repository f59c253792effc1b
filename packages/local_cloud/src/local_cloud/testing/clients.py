"""Clients of a local cloud."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from local_cloud import LocalCloud

Clients = Callable[..., Any]


def clients_of(cloud: LocalCloud) -> Clients:
    """`client("s3")` as root, `client("s3", role_arn)` with that role's permissions.

    Root's are made once for each service, those with a role or settings at each call.
    """

    import boto3  # noqa: PLC0415 - pytest loads this in every run
    from botocore.config import Config  # noqa: PLC0415

    roots: dict[str, Any] = {}

    def client(service: str, role_arn: str = "", **settings: Any) -> Any:
        if role_arn or settings:
            return made(service, role_arn, settings)
        if service not in roots:
            roots[service] = made(service, "", {})
        return roots[service]

    def made(service: str, role_arn: str, settings: dict[str, Any]) -> Any:
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
