"""Operations on processing jobs."""

from __future__ import annotations

from typing import Any

from moto.sagemaker.exceptions import ResourceInUseException, ValidationError

from local_cloud.sagemaker.operations import Backend, Parameters, add_operation
from local_cloud.sagemaker.pipelines.answers import job_answer, job_summary
from local_cloud.sagemaker.pipelines.engine.errors import RuntimeValidationError
from local_cloud.sagemaker.pipelines.paging import created_between, page
from local_cloud.sagemaker.pipelines.state import job_host, job_root, jobs, keep_job, require_role
from local_cloud.sagemaker.processing.job_folder import JobFolder
from local_cloud.sagemaker.processing.job_support import check_supported
from local_cloud.sagemaker.processing.processing_job import ProcessingJob

_REQUEST_KEYS = (
    "AppSpecification",
    "Environment",
    "ExperimentConfig",
    "NetworkConfig",
    "ProcessingInputs",
    "ProcessingJobName",
    "ProcessingOutputConfig",
    "ProcessingResources",
    "RoleArn",
    "StoppingCondition",
    "Tags",
)
_SORT_KEYS = {"Name": "name", "Status": "status", "CreationTime": "creation_time"}


def apply() -> None:
    """Serve the operations of this module; moto's jobs complete without running."""
    for operation in (
        create_processing_job,
        describe_processing_job,
        list_processing_jobs,
        stop_processing_job,
    ):
        add_operation(operation)


def create_processing_job(backend: Backend, get: Parameters) -> dict[str, Any]:
    """Run the job's command as a subprocess with the job's role."""
    request = {key: get(key) for key in _REQUEST_KEYS if get(key) is not None}
    name = request["ProcessingJobName"]
    arn = f"arn:aws:sagemaker:{backend.region_name}:{backend.account_id}:processing-job/{name}"
    if name in jobs(backend):
        raise ResourceInUseException(
            "Job name must be unique within an AWS account and region, and a job with this name "
            f"already exists ({arn})"
        )
    require_role(backend, request["RoleArn"])
    try:
        check_supported(request)
    except RuntimeValidationError as error:
        raise ValidationError(str(error)) from error
    job = ProcessingJob(request, arn, JobFolder(job_root(name)), job_host(backend))
    keep_job(backend, job)
    job.start()
    return {"ProcessingJobArn": arn}


def describe_processing_job(backend: Backend, get: Parameters) -> dict[str, Any]:
    """The request and the state of a job."""
    return job_answer(_find(backend, get("ProcessingJobName")))


def list_processing_jobs(backend: Backend, get: Parameters) -> dict[str, Any]:
    """Jobs by time, name and status, oldest first by default, as botocore's service model says."""
    found = created_between(
        list(jobs(backend).values()),
        lambda job: job.creation_time,
        get("CreationTimeAfter"),
        get("CreationTimeBefore"),
    )
    found = created_between(
        found,
        lambda job: job.last_modified_time,
        get("LastModifiedTimeAfter"),
        get("LastModifiedTimeBefore"),
    )
    if get("NameContains"):
        found = [job for job in found if get("NameContains") in job.name]
    if get("StatusEquals"):
        found = [job for job in found if job.status == get("StatusEquals")]
    sort_key = _SORT_KEYS[get("SortBy") or "CreationTime"]
    found.sort(key=lambda job: getattr(job, sort_key), reverse=get("SortOrder") == "Descending")
    return page([job_summary(job) for job in found], get, "ProcessingJobSummaries")


def stop_processing_job(backend: Backend, get: Parameters) -> None:
    """End the job's process group; refused once the job has ended."""
    job = _find(backend, get("ProcessingJobName"))
    if job.status not in ("InProgress", "Stopping"):
        raise ValidationError(
            f"The request was rejected because the processing job is in status {job.status}."
        )
    job.stop()


def _find(backend: Backend, name: str) -> ProcessingJob:
    job = jobs(backend).get(name)
    if job is None:
        raise ValidationError(f"Could not find requested job with name: {name}")
    return job
