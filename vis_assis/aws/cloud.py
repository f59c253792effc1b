"""The account that a command acts on, through boto3."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from vis_assis.aws.isolated_clients import client_config, isolated_session
from vis_assis.errors import CommandError

NOT_FOUND = {
    "404",
    "DashboardNotFoundError",
    "NoSuchBucket",
    "NoSuchEntity",
    "NoSuchKey",
    "NotFound",
    "NotFoundException",
    "ResourceNotFound",
    "ResourceNotFoundException",
    "AWS.SimpleQueueService.NonExistentQueue",
    "QueueDoesNotExist",
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
        return isolated_session({**self._environment, "AWS_REGION": region or ""})

    def client(self, service: str, **credentials: str) -> Any:
        """The client of a service.

        Args:
            service: such as `s3`.
            credentials: keys in place of the environment's, named as boto3 does.
        """
        key = (service, *sorted(credentials.items()))
        with self._making:
            if key not in self._clients:
                self._clients[key] = self._session.client(
                    service,
                    endpoint_url=self._endpoint,
                    config=client_config(service, local=self._endpoint is not None),
                    **credentials,
                )
            return self._clients[key]

    @cached_property
    def identity(self) -> tuple[str, str]:
        """Partition and account id.

        Raises:
            CommandError: when there are no credentials, or none that AWS takes.
        """
        try:
            answer = self._sts().get_caller_identity()
        except (BotoCoreError, ClientError) as error:
            raise CommandError(
                f"AWS cannot be asked who you are ({error}): set AWS_PROFILE and AWS_REGION, or "
                "load build/local.env for the running `make local`"
            ) from error
        return str(answer["Arn"]).split(":")[1], str(answer["Account"])

    def _sts(self) -> Any:
        """Who one is does not depend on the region, which Terraform may take from a variable."""
        region = self._session.region_name or "us-east-1"
        return self._session.client(
            "sts",
            region_name=region,
            endpoint_url=self._endpoint,
            config=client_config("sts", local=self._endpoint is not None),
        )

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
