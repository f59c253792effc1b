"""Data capture of an endpoint's invocations, as its execution role."""

from __future__ import annotations

import logging
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from ministack.core import iam_evaluator

from local_cloud import clock
from local_cloud.iam.identity import UnknownRoleError
from local_cloud.sagemaker.aws_errors import error_details
from local_cloud.sagemaker.endpoints.instances.answer import Answer, Invocation
from local_cloud.sagemaker.endpoints.instances.capture import is_sampled, write_capture
from local_cloud.sagemaker.operations import Backend
from local_cloud.sagemaker.pipelines.state import role_clients

logger = logging.getLogger(__name__)


def capture(
    backend: Backend,
    endpoint: Any,
    role_arn: str,
    variant: str,
    exchange: tuple[Invocation, Answer],
) -> None:
    """Keep a sample of the answered invocations; what cannot be written is logged and lost."""
    config = endpoint.data_capture_config or {}
    if not exchange[1].succeeded or not is_sampled(config):
        return
    names = endpoint.endpoint_name, variant
    try:
        clients = role_clients(backend)
        if refused := _key_refused(backend, clients, role_arn, config):
            logger.warning("data capture of %s failed: %s", names[0], refused)
            return
        s3 = clients.client("s3", role_arn)
        write_capture(s3, config, names, exchange, clock.utcnow())
    except (ClientError, BotoCoreError) as error:
        logger.warning("data capture of %s failed: %s", names[0], error_details(error))
    except UnknownRoleError as error:
        logger.warning("data capture of %s failed: %s", names[0], error)


def _key_refused(backend: Backend, clients: Any, role_arn: str, config: dict[str, Any]) -> str:
    """Why the role may not use the key, which S3 asks for in its name; MiniStack's does not ask.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html, Permissions
    """
    key = config.get("KmsKeyId")
    if not key:
        return ""
    denied = iam_evaluator.enforce(
        clients.credentials(role_arn).access_key_id,
        "kms:GenerateDataKey",
        "kms",
        backend.region_name,
        resource_arn=key,
        service_context={"kms:ViaService": f"s3.{backend.region_name}.amazonaws.com"},
    )
    return f"{role_arn} lacks kms:GenerateDataKey on {key}" if denied else ""
