"""The account that a command acts on, through boto3."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from vis_assis.errors import CommandError

NOT_FOUND = {
    "404",
    "DashboardNotFoundError",
    "NoSuchBucket",
    "NoSuchEntity",
    "NoSuchKey",
    "NotFound",
    "NotFoundException",
    "ProvisionedConcurrencyConfigNotFoundException",
    "ResourceNotFound",
    "ResourceNotFoundException",
    "AWS.SimpleQueueService.NonExistentQueue",
    "QueueDoesNotExist",
}

_FILES = ("config_file", "credentials_file")
# botocore's settings, none of which it then reads from the environment or from a file.
_UNSET: dict[str, Any] = {
    name: (setting, None, os.devnull if name in _FILES else default, convert)
    for name, (setting, _, default, convert) in botocore.session.Session.SESSION_VARIABLES.items()
}


def is_not_found(error: ClientError) -> bool:
    """Whether AWS says that the thing asked for does not exist.

    SageMaker words it as ValidationException, `… does not exist` or `Could not find …`.
    """
    details = error.response["Error"]
    message = details.get("Message", "").lower()
    worded = any(text in message for text in ("does not exist", "could not find", "not found"))
    return details["Code"] in NOT_FOUND or (details["Code"] == "ValidationException" and worded)


class Cloud:
    """Clients of one account and region, each made once.

    Args:
        environment: variables that AWS clients read.
        region: region of the stack; None takes the environment's.
    """

    def __init__(
        self, environment: Mapping[str, str] = os.environ, region: str | None = None
    ) -> None:
        self._environment = environment
        self._endpoint = environment.get("AWS_ENDPOINT_URL") or None
        self._region = region
        self._clients: dict[tuple[Any, ...], Any] = {}
        self._making = threading.Lock()  # a session makes one client at a time

    @cached_property
    def _session(self) -> boto3.session.Session:
        read = self._environment.get
        region = self._region or read("AWS_REGION") or read("AWS_DEFAULT_REGION")
        if self._endpoint is None and self._environment is os.environ:
            return boto3.session.Session(region_name=region)
        return boto3.session.Session(
            aws_access_key_id=read("AWS_ACCESS_KEY_ID"),
            aws_secret_access_key=read("AWS_SECRET_ACCESS_KEY"),
            aws_session_token=read("AWS_SESSION_TOKEN"),
            # A local cloud has nothing to do with the shell's AWS variables and files.
            botocore_session=botocore.session.Session(session_vars=_UNSET),
            region_name=region,
        )

    def _client(self, service: str, **settings: Any) -> Any:
        config = Config(
            signature_version="s3v4" if service == "s3" else None,
            proxies=None if self._endpoint is None else {},  # none leads to a local cloud
        )
        return self._session.client(service, endpoint_url=self._endpoint, config=config, **settings)

    def client(self, service: str, **credentials: str) -> Any:
        """The client of a service.

        Args:
            service: such as `s3`.
            credentials: keys in place of the environment's, named as boto3 does.
        """
        key = (service, *sorted(credentials.items()))
        with self._making:
            if key not in self._clients:
                self._clients[key] = self._client(service, **credentials)
            return self._clients[key]

    @cached_property
    def identity(self) -> tuple[str, str]:
        """Partition and account id.

        Raises:
            CommandError: when there are no credentials, or none that AWS takes.
        """
        try:
            # Whose region does not matter: Terraform may take the stack's from a variable.
            region = self._session.region_name or "us-east-1"
            answer = self._client("sts", region_name=region).get_caller_identity()
        except (BotoCoreError, ClientError) as error:
            raise CommandError(
                f"AWS cannot be asked who you are ({error}): set AWS_PROFILE and AWS_REGION, or "
                "load build/local.env for the running `make local`"
            ) from error
        return str(answer["Arn"]).split(":")[1], str(answer["Account"])

    @property
    def region(self) -> str:
        """Region of the stack."""
        return str(self.client("sns").meta.region_name)

    def arn(self, service: str, rest: str) -> str:
        """The ARN of something of this account and region.

        Args:
            service: such as `sns`.
            rest: what follows the account id.
        """
        partition, account = self.identity
        return f"arn:{partition}:{service}:{self.region}:{account}:{rest}"
