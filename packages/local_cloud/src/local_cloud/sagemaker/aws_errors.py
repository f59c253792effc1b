"""Turns errors of AWS calls into the reasons that SageMaker shows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from local_cloud.sagemaker.pipelines.engine.errors import StepFailedError


def error_details(error: ClientError | BotoCoreError) -> str:
    """``Code: message`` of an error that AWS answered, else the client's own message."""
    if isinstance(error, ClientError):
        return f"{error.response['Error']['Code']}: {error.response['Error']['Message']}"
    return str(error)


@contextmanager
def failing_the_step(action: str) -> Iterator[None]:
    """Let an error of an AWS call fail the step, worded as Pipelines words it.

    ``action`` is the IAM action, e.g. sagemaker:CreateProcessingJob.
    """
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        raise StepFailedError(
            f"ClientError: Failed to invoke {action}. Error Details: {error_details(error)}"
        ) from error
