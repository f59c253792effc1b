"""Applies every correction, once, before the server takes requests."""

from __future__ import annotations

from local_cloud import authorization, transport
from local_cloud.services import (
    access_logs,
    alarms,
    apigateway,
    apigateway_requests,
    checked_arguments,
    checked_resources,
    cloudwatch,
    cognito,
    ec2,
    eventbridge,
    iam,
    iam_boundaries,
    lambda_,
    lambda_roles,
    lambda_workers,
    math_alarms,
    metric_logs,
    s3,
    sagemaker,
    sqs,
)

_SERVICES = (
    access_logs,
    alarms,
    apigateway,
    apigateway_requests,
    checked_arguments,
    checked_resources,
    cloudwatch,
    ec2,
    cognito,
    eventbridge,
    iam,
    iam_boundaries,
    lambda_,
    lambda_roles,
    lambda_workers,
    math_alarms,
    metric_logs,
    s3,
    sagemaker,
    sqs,
)


def apply_corrections() -> None:
    """Patch MiniStack and moto where they differ from AWS."""
    authorization.record_every_check()
    authorization.name_the_role_of_a_session()
    transport.loopback_counts_as_tls()
    for service in _SERVICES:
        service.apply()
