"""Models, configurations and endpoints describe what was asked for, and nothing else."""

from __future__ import annotations

import re
from typing import Any

import pytest
from botocore.exceptions import ClientError

from support.releases import IMAGE, Endpoint, archive


@pytest.fixture
def endpoint(cloud: Any, client: Any, make_role: Any, unique: str) -> Endpoint:
    return Endpoint(cloud, client, make_role, unique)


def test_model_keeps_what_it_was_given(endpoint: Endpoint) -> None:
    endpoint.s3.put_object(Bucket=endpoint.bucket, Key="releases/one", Body=archive())
    container = {
        "Image": IMAGE,
        "ModelDataSource": {
            "S3DataSource": {
                "S3Uri": f"s3://{endpoint.bucket}/releases/one",
                "S3DataType": "S3Object",
                "CompressionType": "Gzip",
            }
        },
    }
    endpoint.sagemaker.create_model(
        ModelName=endpoint.name,
        ExecutionRoleArn=endpoint.role,
        PrimaryContainer=container,
        EnableNetworkIsolation=True,
    )
    described = endpoint.sagemaker.describe_model(ModelName=endpoint.name)
    assert described["PrimaryContainer"] == container
    assert described["EnableNetworkIsolation"] is True
    assert not {"Containers", "VpcConfig", "InferenceExecutionConfig"} & set(described)
    listed = endpoint.sagemaker.list_models(NameContains=endpoint.name)["Models"]
    assert [model["ModelName"] for model in listed] == [endpoint.name]


def test_configuration_keeps_what_it_was_given(endpoint: Endpoint) -> None:
    capture = {
        "EnableCapture": True,
        "InitialSamplingPercentage": 5,
        "DestinationS3Uri": f"s3://{endpoint.bucket}/capture",
        "CaptureOptions": [{"CaptureMode": "Input"}],
        "CaptureContentTypeHeader": {"JsonContentTypes": ["application/json"]},
    }
    name = endpoint.config(
        "one", archive(), DataCaptureConfig=capture, ExecutionRoleArn=endpoint.role
    )
    described = endpoint.sagemaker.describe_endpoint_config(EndpointConfigName=name)
    assert described["DataCaptureConfig"] == capture
    assert described["ExecutionRoleArn"] == endpoint.role
    assert not {"VpcConfig", "AsyncInferenceConfig", "KmsKeyId"} & set(described)


GPU_AMI = "al2-ami-sagemaker-inference-gpu-3-1"


@pytest.mark.parametrize(
    ("ami", "kind", "refusal"),
    [
        (GPU_AMI, "ml.g5.xlarge", ""),
        (GPU_AMI, "ml.m5.xlarge", "not supported on instance type ml.m5.xlarge"),
        ("al2-ami-sagemaker-inference-neuron-2", "ml.g5.xlarge", "not supported"),
        ("al2-ami-sagemaker-inference-gpu-3", "ml.g5.xlarge", "enum value set"),
    ],
)
def test_driver_is_one_that_exists_and_fits(
    endpoint: Endpoint, ami: str, kind: str, refusal: str
) -> None:
    endpoint.sagemaker.create_model(
        ModelName=endpoint.name, ExecutionRoleArn=endpoint.role, PrimaryContainer={"Image": IMAGE}
    )
    variant = {
        "VariantName": "primary",
        "ModelName": endpoint.name,
        "InstanceType": kind,
        "InitialInstanceCount": 1,
        "InferenceAmiVersion": ami,
    }
    create = {"EndpointConfigName": endpoint.name, "ProductionVariants": [variant]}
    if refusal:
        with pytest.raises(ClientError, match=refusal):
            endpoint.sagemaker.create_endpoint_config(**create)
        return
    endpoint.sagemaker.create_endpoint_config(**create)
    described = endpoint.sagemaker.describe_endpoint_config(EndpointConfigName=endpoint.name)
    assert described["ProductionVariants"][0]["InferenceAmiVersion"] == ami


def test_endpoint_describes_its_variants_once_they_run(endpoint: Endpoint) -> None:
    endpoint.create(endpoint.config("one", archive()))
    endpoint.act("hold")
    assert "ProductionVariants" not in endpoint.describe()
    endpoint.act("release")
    described = endpoint.settle("InService")
    resolved = described["ProductionVariants"][0]["DeployedImages"][0]["ResolvedImage"]
    assert re.fullmatch(re.escape(IMAGE.rpartition(":")[0]) + "@sha256:[0-9a-f]{64}", resolved)
    assert described["ProductionVariants"] == [
        {
            "VariantName": "primary",
            "DeployedImages": [{"SpecifiedImage": IMAGE, "ResolvedImage": resolved}],
            "CurrentWeight": 1.0,
            "DesiredWeight": 1.0,
            "CurrentInstanceCount": 1,
            "DesiredInstanceCount": 1,
        }
    ]
    absent = {"DataCaptureConfig", "FailureReason", "LastDeploymentConfig"}
    assert not (absent | {"PendingDeploymentSummary"}) & set(described)


@pytest.mark.parametrize("source", ["object", "prefix", "single"])
def test_every_kind_of_artifact_is_loaded(endpoint: Endpoint, source: str) -> None:
    put = endpoint.s3.put_object
    put(Bucket=endpoint.bucket, Key="releases/object", Body=archive(name="object"))
    loads = (
        "import os\ndef model_fn(d): return open(os.path.join(d, 'name')).read()\n"
        "def predict_fn(data, model): return {'model': model}\n"
    )
    put(Bucket=endpoint.bucket, Key="releases/prefix/code/inference.py", Body=loads.encode())
    put(Bucket=endpoint.bucket, Key="releases/prefix/name", Body=b"prefix")
    kinds = {
        "object": ("object", "S3Object", "Gzip"),
        "prefix": ("prefix/", "S3Prefix", "None"),
        "single": ("prefix/name", "S3Object", "None"),
    }
    key, kind, compression = kinds[source]
    endpoint.client("iam").put_role_policy(
        RoleName=endpoint.role.rpartition("/")[2],
        PolicyName="list",
        PolicyDocument='{"Version": "2012-10-17", "Statement": {"Effect": "Allow", '
        f'"Action": "s3:ListBucket", "Resource": "arn:aws:s3:::{endpoint.bucket}"}}}}',
    )
    serve(endpoint, f"s3://{endpoint.bucket}/releases/{key}", kind, compression)
    endpoint.settle("InService")
    if source == "single":  # one file is no release: it brings no code, which its toolkit hides
        with pytest.raises(ClientError, match="No module named 'inference'"):
            endpoint.ask()
        return
    assert endpoint.ask()["model"] == source


def serve(endpoint: Endpoint, uri: str, kind: str, compression: str) -> None:
    data = {"S3Uri": uri, "S3DataType": kind, "CompressionType": compression}
    endpoint.sagemaker.create_model(
        ModelName=endpoint.name,
        ExecutionRoleArn=endpoint.role,
        PrimaryContainer={"Image": IMAGE, "ModelDataSource": {"S3DataSource": data}},
    )
    variant = {
        "VariantName": "primary",
        "ModelName": endpoint.name,
        "InstanceType": "ml.g5.xlarge",
        "InitialInstanceCount": 1,
    }
    endpoint.sagemaker.create_endpoint_config(
        EndpointConfigName=endpoint.name, ProductionVariants=[variant]
    )
    endpoint.create(endpoint.name)
