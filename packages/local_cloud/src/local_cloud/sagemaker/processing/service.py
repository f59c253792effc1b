"""Operations on processing jobs and training jobs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from moto.sagemaker.exceptions import ResourceInUseException, ValidationError

from local_cloud.sagemaker.operations import Backend, Operation, Parameters, add_operation
from local_cloud.sagemaker.pipelines.answers import job_answer, job_summary
from local_cloud.sagemaker.pipelines.engine.errors import RuntimeValidationError
from local_cloud.sagemaker.pipelines.paging import created_between, page
from local_cloud.sagemaker.pipelines.state import job_host, job_root, jobs, keep_job, require_role
from local_cloud.sagemaker.processing.container_job import ContainerJob
from local_cloud.sagemaker.processing.job_folder import JobFolder
from local_cloud.sagemaker.processing.processing_job import ProcessingJob
from local_cloud.sagemaker.training.training_job import TrainingJob

_SORT_KEYS = {"Name": "name", "Status": "status", "CreationTime": "creation_time"}


def apply() -> None:
    """Serve the operations of this module; moto's jobs complete without running."""
    for kind in (ProcessingJob, TrainingJob):
        for operation in _operations(kind):
            add_operation(operation)


def _operations(of: type[ContainerJob]) -> Iterator[Operation]:
    """Create, describe, list and stop jobs of one kind, each named after its operation."""
    name_key = f"{of.kind}JobName"

    def create(backend: Backend, get: Parameters) -> dict[str, Any]:
        request = {key: get(key) for key in of.request_keys if get(key) is not None}
        name = request[name_key]
        resource = f"{of.kind.lower()}-job/{name}"
        arn = f"arn:aws:sagemaker:{backend.region_name}:{backend.account_id}:{resource}"
        if name in jobs(backend, of.kind):
            raise ResourceInUseException(
                "Job name must be unique within an AWS account and region, and a job with this "
                f"name already exists ({arn})"
            )
        require_role(backend, request["RoleArn"])
        try:
            of.check_supported(request)
        except RuntimeValidationError as error:
            raise ValidationError(str(error)) from error
        job = of(request, arn, JobFolder(job_root(name)), job_host(backend))
        keep_job(backend, job)
        job.start()
        return {f"{of.kind}JobArn": arn}

    def describe(backend: Backend, get: Parameters) -> dict[str, Any]:
        return job_answer(find(backend, get))

    def listed(backend: Backend, get: Parameters) -> dict[str, Any]:
        found = _matching(list(jobs(backend, of.kind).values()), get)
        return page([job_summary(job) for job in found], get, f"{of.kind}JobSummaries")

    def stop(backend: Backend, get: Parameters) -> None:
        job = find(backend, get)
        if job.status not in ("InProgress", "Stopping"):
            raise ValidationError(
                f"The request was rejected because the {of.kind.lower()} job is in status "
                f"{job.status}."
            )
        job.stop()

    def find(backend: Backend, get: Parameters) -> ContainerJob:
        job = jobs(backend, of.kind).get(get(name_key))
        if job is None:
            raise ValidationError(f"Could not find requested job with name: {get(name_key)}")
        return job

    for operation, implementation in (
        (f"create_{of.kind.lower()}_job", create),
        (f"describe_{of.kind.lower()}_job", describe),
        (f"list_{of.kind.lower()}_jobs", listed),
        (f"stop_{of.kind.lower()}_job", stop),
    ):
        implementation.__name__ = operation
        yield implementation


def _matching(found: list[ContainerJob], get: Parameters) -> list[ContainerJob]:
    """Jobs by time, name and status, oldest first by default, as botocore's service model says."""
    found = created_between(
        found,
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
    return found
