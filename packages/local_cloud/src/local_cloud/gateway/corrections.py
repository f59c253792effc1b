"""Applies every correction, once, before the server takes requests."""

from __future__ import annotations

from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse

from local_cloud import cognito, ecr, sagemaker, sqs
from local_cloud.apigateway import (
    access_logs,
    requests as apigateway_requests,
    service as apigateway,
)
from local_cloud.autoscaling import faults, policies, tags, targets
from local_cloud.cloudwatch import alarms, math_alarms, metric_logs, service as cloudwatch
from local_cloud.ec2 import service as ec2
from local_cloud.eventbridge import service as eventbridge
from local_cloud.gateway import transport
from local_cloud.iam import (
    authorization,
    boundaries as iam_boundaries,
    checked_resources,
    condition_keys,
    keys,
    resource_arns,
    service as iam,
    tag_conditions,
)
from local_cloud.lambda_ import roles as lambda_roles, service as lambda_, workers as lambda_workers
from local_cloud.s3 import service as s3

_SERVICES = (
    access_logs,
    alarms,
    apigateway,
    apigateway_requests,
    resource_arns,
    checked_resources,
    cloudwatch,
    condition_keys,
    ec2,
    ecr,
    cognito,
    eventbridge,
    iam,
    iam_boundaries,
    keys,
    lambda_,
    lambda_roles,
    lambda_workers,
    math_alarms,
    metric_logs,
    s3,
    sagemaker,
    sqs,
    tag_conditions,
)


def apply_corrections() -> None:
    """Patch MiniStack and moto where they differ from AWS."""
    authorization.record_every_check()
    authorization.name_the_role_of_a_session()
    transport.loopback_counts_as_tls()
    for service in _SERVICES:
        service.apply()
    for part in (targets, policies, tags, faults):
        part.apply(ApplicationAutoScalingResponse)
