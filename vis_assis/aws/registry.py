"""The registered versions of a model type, and its pipeline's executions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from vis_assis.aws.cloud import is_not_found
from vis_assis.errors import CommandError

PENDING = "PendingManualApproval"
ENDED = {"Succeeded", "Failed", "Stopped"}
JOB_LOGS = ("/aws/sagemaker/ProcessingJobs", "/aws/sagemaker/TrainingJobs")


@dataclass(frozen=True)
class Version:
    """A registered version.

    Attributes:
        version: its number.
        approval: PendingManualApproval, Approved or Rejected.
        created: when it was registered.
        changed: when it was last approved, rejected or changed otherwise.
        bytes: of the zip; None when the version does not say, as are the next three.
        by: who changed it last, as an ARN; empty when SageMaker does not say.
        note: what the approver wrote.
        artifact: URI of the zip.
    """

    version: int
    arn: str
    approval: str
    created: datetime
    changed: datetime
    bytes: int | None
    sha256: str | None
    repository: str | None
    revision: str | None
    licence: str | None
    by: str
    note: str
    artifact: str


@dataclass(frozen=True)
class Step:
    """A step of an execution.

    Attributes:
        seconds: how long it has taken; None while it waits.
        reason: why it failed; else empty.
        job: name of the Processing job, as far as there is one.
    """

    name: str
    status: str
    seconds: float | None
    reason: str
    job: str


@dataclass(frozen=True)
class Execution:
    """A run of a pipeline.

    Attributes:
        id: the last part of its ARN.
        seconds: from its start to its last change.
        reason: why it failed; else empty.
    """

    id: str
    status: str
    started: datetime
    seconds: float
    reason: str


@dataclass(frozen=True)
class History:
    """What happened to a model type, the newest first."""

    executions: list[Execution]
    versions: list[Version]


def versions(sagemaker: Any, group: str) -> Iterator[Version]:
    """The versions of a group, the newest first.

    Args:
        sagemaker: boto3 client.
        group: name of the model package group.
    """
    for item in _listed(sagemaker, group):
        yield describe_version(sagemaker, item["ModelPackageArn"])


def pending(sagemaker: Any, group: str) -> list[int]:
    """Numbers of the versions of a group that wait for approval, the newest first."""
    waiting = _listed(sagemaker, group, ModelApprovalStatus=PENDING)
    return [item["ModelPackageVersion"] for item in waiting]


def find_version(sagemaker: Any, model_type: str, group: str, number: int | None) -> Version:
    """The version with a number; without one, the newest that waits for approval.

    Raises:
        CommandError: naming those there are.
    """
    there = list(versions(sagemaker, group))
    for version in there:
        if version.version == number or (number is None and version.approval == PENDING):
            return version
    names = ", ".join(f"{item.version} ({item.approval})" for item in there) or "none"
    wanted = "no version waits for approval" if number is None else f"there is no version {number}"
    raise CommandError(
        f"{model_type}: {wanted}; there are: {names}. `vis-assis run {model_type}` registers one"
    )


def executions(sagemaker: Any, pipeline: str, most: int) -> list[Execution]:
    """The latest executions of a pipeline, the newest first.

    Args:
        sagemaker: boto3 client.
        pipeline: its name.
        most: how many to return at most, up to 100.
    """
    found = sagemaker.list_pipeline_executions(
        PipelineName=pipeline, SortBy="CreationTime", SortOrder="Descending", MaxResults=most
    )["PipelineExecutionSummaries"]
    return [describe_execution(sagemaker, item["PipelineExecutionArn"]) for item in found]


def describe_execution(sagemaker: Any, arn: str) -> Execution:
    """How far an execution is."""
    answer = sagemaker.describe_pipeline_execution(PipelineExecutionArn=arn)
    started = answer["CreationTime"]
    reason = answer.get("FailureReason", "")
    failed = "; ".join(f"{s.name}: {s.reason}" for s in steps(sagemaker, arn) if s.reason)
    return Execution(
        id=arn.rpartition("/")[2],
        status=answer["PipelineExecutionStatus"],
        started=started,
        seconds=(answer["LastModifiedTime"] - started).total_seconds(),
        reason=failed or reason,
    )


def steps(sagemaker: Any, arn: str) -> list[Step]:
    """The steps of an execution in the order in which they began."""
    pages = sagemaker.get_paginator("list_pipeline_execution_steps").paginate(
        PipelineExecutionArn=arn, SortOrder="Ascending"
    )
    return [_step(item) for page in pages for item in page["PipelineExecutionSteps"]]


def _step(item: dict[str, Any]) -> Step:
    begun, ended = item.get("StartTime"), item.get("EndTime")
    now = datetime.now(begun.tzinfo) if begun else None
    return Step(
        item["StepName"],
        item["StepStatus"],
        ((ended or now) - begun).total_seconds() if begun else None,
        item.get("FailureReason", ""),
        item.get("Metadata", {}).get("ProcessingJob", {}).get("Arn", "").rpartition("/")[2],
    )


def log_tail(logs: Any, job: str, lines: int) -> list[str]:
    """The last lines that a Processing job wrote; none where it wrote no log.

    Args:
        logs: boto3 client.
        job: its name, with which the names of its log streams begin.
        lines: how many at most.
    """
    group = JOB_LOGS[0]
    try:
        streams = logs.describe_log_streams(logGroupName=group, logStreamNamePrefix=f"{job}/")
    except ClientError as error:
        if is_not_found(error):
            return []
        raise
    found: list[str] = []
    for stream in streams["logStreams"]:
        events = logs.get_log_events(
            logGroupName=group, logStreamName=stream["logStreamName"], limit=lines
        )["events"]
        found += [_said(event["message"].rstrip()) for event in events]
    return found[-lines:]


def _said(line: str) -> str:
    """What a line of a job's log says: those of our steps are JSON, others may be anything."""
    try:
        return str(json.loads(line)["message"])
    except (ValueError, TypeError, KeyError):
        return line


def _listed(sagemaker: Any, group: str, **filters: str) -> Iterator[dict[str, Any]]:
    pages = sagemaker.get_paginator("list_model_packages").paginate(
        ModelPackageGroupName=group, SortBy="CreationTime", SortOrder="Descending", **filters
    )
    for page in pages:
        yield from page["ModelPackageSummaryList"]


def describe_version(sagemaker: Any, arn: str) -> Version:
    """A version as SageMaker describes it."""
    return version_of(sagemaker.describe_model_package(ModelPackageName=arn))


def version_of(package: dict[str, Any]) -> Version:
    """The version that DescribeModelPackage answered."""
    said = package.get("CustomerMetadataProperties", {})
    changed = package.get("LastModifiedBy") or package.get("CreatedBy") or {}
    size = said.get("zip_bytes", "")
    container = package["InferenceSpecification"]["Containers"][0]
    return Version(
        version=int(package["ModelPackageVersion"]),
        arn=package["ModelPackageArn"],
        approval=package["ModelApprovalStatus"],
        created=package["CreationTime"],
        changed=package.get("LastModifiedTime", package["CreationTime"]),
        bytes=int(size) if size.isdecimal() else None,
        sha256=said.get("zip_sha256"),
        repository=said.get("repository"),
        revision=said.get("revision"),
        licence=said.get("licence"),
        by=changed.get("IamIdentity", {}).get("Arn", ""),
        note=package.get("ApprovalDescription", ""),
        artifact=container.get("ModelDataSource", {}).get("S3DataSource", {}).get("S3Uri", ""),
    )
