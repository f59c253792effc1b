"""Every resource that a stack can leave behind, whatever created it.

Read from the emulators' own stores, so that a test can say "nothing remains" without trusting
Terraform's state. History that AWS keeps too (events, executions, jobs, metrics) is left out.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from moto.applicationautoscaling.models import applicationautoscaling_backends
from moto.sagemaker.models import sagemaker_backends

from local_cloud.amplify import apps as amplify_apps

# kind → (MiniStack module, its store)
_STORES: dict[str, tuple[str, str]] = {
    "apigateway http api": ("apigateway", "_apis"),
    "apigateway rest api": ("apigateway_v1", "_rest_apis"),
    "budgets budget": ("budgets", "_budgets"),
    "cloudwatch alarm": ("cloudwatch", "_alarms"),
    "cloudwatch composite alarm": ("cloudwatch", "_composite_alarms"),
    "cloudwatch dashboard": ("cloudwatch", "_dashboards"),
    "cognito identity pool": ("cognito", "_identity_pools"),
    "cognito user pool": ("cognito", "_user_pools"),
    "dynamodb table": ("dynamodb", "_tables"),
    "ec2 address": ("ec2", "_addresses"),
    "ec2 flow log": ("ec2", "_flow_logs"),
    "ec2 internet gateway": ("ec2", "_internet_gateways"),
    "ec2 nat gateway": ("ec2", "_nat_gateways"),
    "ec2 network acl": ("ec2", "_network_acls"),
    "ec2 network interface": ("ec2", "_network_interfaces"),
    "ec2 route table": ("ec2", "_route_tables"),
    "ec2 security group": ("ec2", "_security_groups"),
    "ec2 subnet": ("ec2", "_subnets"),
    "ec2 vpc": ("ec2", "_vpcs"),
    "ec2 vpc endpoint": ("ec2", "_vpc_endpoints"),
    "efs file system": ("efs", "_file_systems"),
    "events archive": ("eventbridge", "_archives"),
    "events bus": ("eventbridge", "_event_buses"),
    "events rule": ("eventbridge", "_rules"),
    "iam group": ("iam", "_groups"),
    "iam policy": ("iam", "_policies"),
    "iam role": ("iam", "_roles"),
    "iam user": ("iam", "_users"),
    "kms alias": ("kms", "_aliases"),
    "kms key": ("kms", "_keys"),
    "lambda event source mapping": ("lambda_svc", "_esms"),
    "lambda function": ("lambda_svc", "_functions"),
    "lambda layer": ("lambda_svc", "_layers"),
    "lambda url": ("lambda_svc", "_function_urls"),
    "logs group": ("cloudwatch_logs", "_log_groups"),
    "logs metric filter": ("cloudwatch_logs", "_metric_filters"),
    "s3 bucket": ("s3", "_buckets"),
    "s3 multipart upload": ("s3", "_multipart_uploads"),
    "scheduler schedule": ("scheduler", "_schedules"),
    "secretsmanager secret": ("secretsmanager", "_secrets"),
    "sns topic": ("sns", "_topics"),
    "sqs queue": ("sqs", "_queues"),
    "ssm parameter": ("ssm", "_parameters"),
    "stepfunctions state machine": ("stepfunctions", "_state_machines"),
}
_GIVEN_BY_AWS = {"events bus": {"default"}}  # exists in every account
_SAGEMAKER = {
    "sagemaker domain": "domains",
    "sagemaker endpoint": "endpoints",
    "sagemaker endpoint config": "endpoint_configs",
    "sagemaker model": "_models",
    "sagemaker model package": "model_packages",
    "sagemaker model package group": "model_package_groups",
    "sagemaker pipeline": "pipelines",
    "sagemaker space": "_local_cloud_spaces",
    "sagemaker user profile": "_local_cloud_user_profiles",
}


def list_resources() -> dict[str, list[str]]:
    """Names or ARNs of all resources by kind, in all regions; kinds without any are left out.

    Keys that wait for their deletion count as gone: there is no way to delete one at once.
    """
    found: dict[str, set[str]] = {}
    for kind, name in [*_of_ministack(), *_of_moto(), *_objects()]:
        found.setdefault(kind, set()).add(name)
    found["amplify app"] = set(amplify_apps.arns())
    return {kind: sorted(names) for kind, names in sorted(found.items()) if names}


def _of_ministack() -> Iterator[tuple[str, str]]:
    for kind, (module_name, store_name) in _STORES.items():
        module = sys.modules.get(f"ministack.services.{module_name}")
        if module is None:
            continue  # loaded with its first request
        default_vpc = getattr(module, "_DEFAULT_VPC_ID", None)
        for key, record in list(getattr(module, store_name)._data.items()):
            name = _last(key)
            of_default_vpc = default_vpc is not None and default_vpc in str(record)
            # AWS keeps a deleted key for a week at least.
            is_deleted = kind == "kms key" and record["KeyState"] == "PendingDeletion"
            if name not in _GIVEN_BY_AWS.get(kind, ()) and not of_default_vpc and not is_deleted:
                yield kind, _named(name, record)


def _objects() -> Iterator[tuple[str, str]]:
    s3 = sys.modules.get("ministack.services.s3")
    if s3 is None:
        return
    for key, bucket in list(s3._buckets._data.items()):
        for name in list(bucket.get("objects", {})):
            yield "s3 object", f"{_last(key)}/{name}"
    for key, versions in list(s3._object_versions._data.items()):
        bucket_name, name = _unscoped(key)
        for version in list(versions):
            yield "s3 object version", f"{bucket_name}/{name}?versionId={version['version_id']}"


def _of_moto() -> Iterator[tuple[str, str]]:
    for regions in list(sagemaker_backends.values()):
        for backend in list(regions.values()):
            for kind, store in _SAGEMAKER.items():
                for key in list(getattr(backend, store, {})):
                    yield kind, "/".join(key) if isinstance(key, tuple) else str(key)
    for regions in list(applicationautoscaling_backends.values()):
        for backend in list(regions.values()):
            for targets in list(backend.targets.values()):
                for resource in list(targets):
                    yield "application-autoscaling target", str(resource)
            for policy in list(backend.policies.values()):
                yield "application-autoscaling policy", str(policy.policy_name)


def _last(scoped_key: Any) -> str:
    return str(_unscoped(scoped_key))


def _unscoped(scoped_key: Any) -> Any:
    """The key below account and region, with which MiniStack prefixes its stores' keys."""
    return scoped_key[-1] if isinstance(scoped_key, tuple) else scoped_key


def _named(name: str, record: Any) -> str:
    if isinstance(record, dict):
        return str(record.get("FunctionArn") or record.get("Arn") or record.get("ARN") or name)
    return name
