"""What a pipeline needs around it: a bucket, a role, code in S3, and waiting for its end."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local_cloud.testing.waiting import wait_for

ACCOUNT = "123456789012"
IMAGE = "141502667606.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-scikit-learn:1.9-0-cpu-py3"
FINAL = ("Succeeded", "Failed", "Stopped")
CODE_PATH = "/opt/ml/processing/input/code"


ROLE_ACTIONS = (
    "iam:PassRole",
    "lambda:InvokeFunction",
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "s3:GetObject",
    "s3:ListBucket",
    "s3:PutObject",
    "sagemaker:AddTags",
    "sagemaker:CreateModelPackage",
    "sagemaker:CreateProcessingJob",
    "sagemaker:CreateTrainingJob",
    "sagemaker:DescribeProcessingJob",
    "sagemaker:DescribeTrainingJob",
    "sagemaker:StopProcessingJob",
    "sagemaker:StopTrainingJob",
)


@dataclass
class PipelineKit:
    """Pipelines of one test: ``name`` is the pipeline, ``bucket`` its bucket, ``role`` its role."""

    client: Callable[..., Any]
    name: str
    bucket: str
    role: str

    @property
    def sagemaker(self) -> Any:
        return self.client("sagemaker")

    def put(self, key: str, text: str) -> str:
        """Upload text; returns its URI."""
        self.client("s3").put_object(Bucket=self.bucket, Key=key, Body=text.encode())
        return f"s3://{self.bucket}/{key}"

    def text(self, key: str) -> str:
        """Read an object of the bucket."""
        body = self.client("s3").get_object(Bucket=self.bucket, Key=key)["Body"].read()
        return str(body.decode())

    def job(self, code: str, *paths: str, **more: Any) -> dict[str, Any]:
        """Arguments of a job that runs ``code`` with python3 and ``paths`` as its arguments."""
        uri = self.put("code/job.py", code)
        arguments = {
            "ProcessingResources": {
                "ClusterConfig": {
                    "InstanceType": "ml.m5.large",
                    "InstanceCount": 1,
                    "VolumeSizeInGB": 1,
                }
            },
            "AppSpecification": {
                "ImageUri": IMAGE,
                "ContainerEntrypoint": ["python3", f"{CODE_PATH}/job.py"],
                **({"ContainerArguments": list(paths)} if paths else {}),
            },
            "RoleArn": self.role,
            "ProcessingInputs": [s3_input("code", uri, CODE_PATH)],
        }
        return {**arguments, **more}

    def step(self, code: str, *paths: str, name: str = "Job", **more: Any) -> dict[str, Any]:
        """A Processing step that runs ``code`` with ``paths`` as its arguments."""
        return {"Name": name, "Type": "Processing", "Arguments": self.job(code, *paths, **more)}

    def create(self, *steps: dict[str, Any], parameters: Any = (), **more: Any) -> str:
        """Create the pipeline; returns its ARN."""
        definition = {"Version": "2020-12-01", "Parameters": list(parameters), "Steps": steps}
        answer = self.sagemaker.create_pipeline(
            PipelineName=self.name,
            PipelineDefinition=json.dumps(definition),
            RoleArn=self.role,
            **more,
        )
        return str(answer["PipelineArn"])

    def start(self, parameters: dict[str, str] | None = None, **more: Any) -> str:
        """Start an execution; returns its ARN."""
        values = [{"Name": name, "Value": value} for name, value in (parameters or {}).items()]
        answer = self.sagemaker.start_pipeline_execution(
            PipelineName=self.name, PipelineParameters=values, **more
        )
        return str(answer["PipelineExecutionArn"])

    def status(self, arn: str) -> str:
        answer = self.sagemaker.describe_pipeline_execution(PipelineExecutionArn=arn)
        return str(answer["PipelineExecutionStatus"])

    def end(self, arn: str) -> str:
        """Wait for the execution to end; returns its status."""
        wait_for(lambda: self.status(arn) in FINAL, 60, f"the end of {arn}")
        return self.status(arn)

    def steps(self, arn: str) -> dict[str, dict[str, Any]]:
        """The steps that were started, by name."""
        listed = self.sagemaker.list_pipeline_execution_steps(PipelineExecutionArn=arn)
        return {step["StepName"]: step for step in listed["PipelineExecutionSteps"]}

    def run(self, parameters: dict[str, str] | None = None) -> tuple[str, dict[str, Any]]:
        """Start and wait; returns the status and the steps."""
        arn = self.start(parameters)
        return self.end(arn), self.steps(arn)


def make_kit(
    client: Callable[..., Any], make_role: Callable[..., str], unique: str, *denied: str
) -> PipelineKit:
    """A kit whose role may do what a pipeline needs, except the ``denied`` actions."""
    client("s3").create_bucket(
        Bucket=unique, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    actions = [action for action in ROLE_ACTIONS if action not in denied]
    role = make_role("sagemaker", {"Action": actions, "Resource": "*"})
    return PipelineKit(client, unique, unique, role)


def s3_input(name: str, uri: Any, path: str) -> dict[str, Any]:
    """An S3Prefix input in File mode."""
    return {
        "InputName": name,
        "S3Input": {
            "S3Uri": uri,
            "LocalPath": path,
            "S3DataType": "S3Prefix",
            "S3InputMode": "File",
            "S3DataDistributionType": "FullyReplicated",
            "S3CompressionType": "None",
        },
    }


def s3_outputs(uri: Any, path: str = "/opt/ml/processing/output") -> dict[str, Any]:
    """One output named report."""
    output = {"S3Uri": uri, "LocalPath": path, "S3UploadMode": "EndOfJob"}
    return {"Outputs": [{"OutputName": "report", "S3Output": output}]}


def is_still(file: Path) -> bool:
    """Whether a file that a live process rewrites every 50 ms is written no more."""
    before = file.stat().st_mtime_ns
    time.sleep(0.5)
    return file.stat().st_mtime_ns == before
