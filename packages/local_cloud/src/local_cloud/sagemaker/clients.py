"""boto3 clients of the local cloud that act as a role."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Protocol

import boto3
from botocore.config import Config


class RoleCredentials(Protocol):
    """Temporary credentials, as ``local_cloud.iam.identity`` mints them."""

    @property
    def access_key_id(self) -> str:
        """Key that signs as the role."""

    @property
    def secret_access_key(self) -> str:
        """Its secret."""

    @property
    def session_token(self) -> str:
        """Its session."""

    def environment(self) -> dict[str, str]:
        """As the variables that AWS SDKs read."""


Mint = Callable[[str, str], RoleCredentials]


class RoleClients:
    """Clients of one endpoint, one per role and service; credentials come from ``mint``.

    Parameters:
        endpoint_url: the local cloud's own address.
        region: region to sign for.
        mint: makes credentials from a role ARN and a session name.
    """

    def __init__(self, endpoint_url: str, region: str, mint: Mint) -> None:
        self.endpoint_url = endpoint_url
        self.region = region
        self._mint = mint
        self._clients: dict[tuple[str, str], Any] = {}
        # boto3 sessions share parsed service models, but must not be used by two threads at once
        self._session = boto3.Session(region_name=region)
        self._lock = threading.Lock()

    def credentials(self, role_arn: str) -> RoleCredentials:
        """Fresh credentials of a role, under the session name that SageMaker uses."""
        return self._mint(role_arn, "SageMaker")

    def client(self, service: str, role_arn: str) -> Any:
        """The client of ``service`` that signs as ``role_arn``."""
        with self._lock:
            key = (service, role_arn)
            if key not in self._clients:
                credentials = self.credentials(role_arn)
                self._clients[key] = self._session.client(
                    service,
                    endpoint_url=self.endpoint_url,
                    aws_access_key_id=credentials.access_key_id,
                    aws_secret_access_key=credentials.secret_access_key,
                    aws_session_token=credentials.session_token,
                    # Lambda steps may run for ten minutes, the most that AWS allows them
                    config=Config(read_timeout=610, retries={"mode": "standard"}),
                )
            return self._clients[key]
