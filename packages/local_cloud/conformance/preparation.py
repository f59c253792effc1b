"""Prepares on the local cloud what moto's tests take for granted and AWS does not.

The tests pass roles, model data and inputs that nobody made, and expect what takes minutes on AWS
to be done when the call returns. Before a call this makes what the call names, as whoever runs the
tests on AWS would; after it, it waits.
"""

from __future__ import annotations

import copy
import io
import json
import re
import tarfile
import time
from typing import Any

import boto3
import botocore.client
import requests
from moto.core import DEFAULT_ACCOUNT_ID, config, models
from moto.settings import test_server_mode_endpoint

_call = botocore.client.BaseClient._make_api_call
_made: set[str] = set()
_ROLE = re.compile(rf"arn:aws:iam::{DEFAULT_ACCOUNT_ID}:role/([\w+=,.@-]+)")
_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {"Service": "sagemaker.amazonaws.com"},
        }
    ],
}
_ALLOW_ALL = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
}
_DEFINITION = {
    "Version": "2020-12-01",
    "Parameters": [{"Name": "foo", "Type": "String", "DefaultValue": ""}],
    "Steps": [{"Name": "End", "Type": "Fail", "Arguments": {"ErrorMessage": "end"}}],
}
_ENDPOINT = ("Endpoint", "EndpointStatus")
_WAITS = {
    "CreateEndpoint": _ENDPOINT,
    "DeleteEndpoint": _ENDPOINT,
    "UpdateEndpoint": _ENDPOINT,
    "UpdateEndpointWeightsAndCapacities": _ENDPOINT,
    "StopProcessingJob": ("ProcessingJob", "ProcessingJobStatus"),
}
_WAIT_SECONDS = 300  # one test scales to 246 instances, each a process


def install() -> None:
    """Act as root, reset through the control plane, and wrap every call of boto3."""
    config.default_user_config["core"]["mock_credentials"] = False  # its keys belong to nobody
    models.ServerModeMockAWS.reset = _reset
    botocore.client.BaseClient._make_api_call = _prepared_call


def _reset(_mock: Any) -> None:
    _made.clear()
    _control("reset", {})


def _prepared_call(client: Any, operation: str, parameters: dict[str, Any]) -> Any:
    region, service = client.meta.region_name, client.meta.service_model.service_name
    if service == "sagemaker" and operation.startswith(("Create", "Update")):
        parameters = copy.deepcopy(parameters)
        _replace_placeholders(parameters)
        _make_roles(parameters)
        _put_objects(parameters)
    if operation == "RegisterScalableTarget" and parameters.get("ServiceNamespace") == "sagemaker":
        _make_endpoint(region, parameters["ResourceId"])
    answer = _call(client, operation, parameters)
    if operation in _WAITS:
        _wait(client, *_WAITS[operation], parameters)
    return answer


def _client(service: str, region: str = "us-east-1") -> Any:
    return boto3.client(service, region, endpoint_url=test_server_mode_endpoint())


def _make_roles(parameters: dict[str, Any]) -> None:
    """The roles of the account that a call hands over, allowed everything."""
    for name in ("RoleArn", "ExecutionRoleArn"):
        role = _ROLE.fullmatch(str(parameters.get(name)))
        if role and _is_new(role.group()):
            iam, named = _client("iam"), {"RoleName": role.group(1)}
            _call(iam, "CreateRole", {**named, "AssumeRolePolicyDocument": json.dumps(_TRUST)})
            policy = {"PolicyName": "all", "PolicyDocument": json.dumps(_ALLOW_ALL)}
            _call(iam, "PutRolePolicy", {**named, **policy})


def _replace_placeholders(parameters: dict[str, Any]) -> None:
    """What AWS refuses to take and the tests do not look at again.

    S3 refuses bucket names with upper case, SageMaker a pipeline definition that is no JSON.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
    """
    container = parameters.get("PrimaryContainer") or {}
    if "ModelDataUrl" in container:
        container["ModelDataUrl"] = container["ModelDataUrl"].replace("MyBucket", "mybucket")
    if parameters.get("PipelineDefinition") == " ":
        parameters["PipelineDefinition"] = json.dumps(_DEFINITION)


def _put_objects(parameters: dict[str, Any]) -> None:
    """The model data and the inputs of a processing job that a call names: one small archive."""
    container = parameters.get("PrimaryContainer") or {}
    uris = [container["ModelDataUrl"]] if "ModelDataUrl" in container else []
    for item in parameters.get("ProcessingInputs") or []:
        uris.append(item["S3Input"]["S3Uri"] + "input")
    for uri in uris:
        _put_object(*uri.removeprefix("s3://").split("/", 1))


def _put_object(bucket: str, key: str) -> None:
    s3 = _client("s3")
    if _is_new(bucket):
        _call(s3, "CreateBucket", {"Bucket": bucket})
    _call(s3, "PutObject", {"Bucket": bucket, "Key": key, "Body": _archive()})


def _archive() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        tar.addfile(tarfile.TarInfo("weights"), io.BytesIO())
    return buffer.getvalue()


def _make_endpoint(region: str, resource: str) -> None:
    """The endpoint whose variant is about to be registered."""
    _, endpoint, _, variant = resource.split("/")
    if not _is_new(f"{region}/{endpoint}"):
        return
    sagemaker = _client("sagemaker", region)
    sagemaker.create_model(
        ModelName=endpoint,
        ExecutionRoleArn=f"arn:aws:iam::{DEFAULT_ACCOUNT_ID}:role/{endpoint}",
        PrimaryContainer={"Image": "image", "ModelDataUrl": "s3://prepared/model.tar.gz"},
    )
    sagemaker.create_endpoint_config(
        EndpointConfigName=endpoint,
        ProductionVariants=[
            {
                "VariantName": variant,
                "ModelName": endpoint,
                "InstanceType": "ml.m5.large",
                "InitialInstanceCount": 1,
            }
        ],
    )
    sagemaker.create_endpoint(EndpointName=endpoint, EndpointConfigName=endpoint)


def _wait(client: Any, kind: str, status: str, parameters: dict[str, Any]) -> None:
    """As the waiters of boto3 do, with the local cloud's clock moved instead of minutes."""
    named = {f"{kind}Name": parameters[f"{kind}Name"]}
    deadline = time.monotonic() + _WAIT_SECONDS
    while time.monotonic() < deadline:
        try:
            described = _call(client, f"Describe{kind}", named)
        except client.exceptions.ClientError:
            return  # deleted
        if not described[status].endswith("ing"):
            return
        _control("clock", {"advance_seconds": 2})
        time.sleep(0.1)


def _control(path: str, body: dict[str, Any]) -> None:
    url = f"{test_server_mode_endpoint()}/_local_cloud/{path}"
    requests.post(url, json=body, timeout=60).raise_for_status()


def _is_new(name: str) -> bool:
    before = len(_made)
    _made.add(name)
    return len(_made) > before
