"""What pipelines and jobs of one account and region share, and its end at a reset."""

from __future__ import annotations

import atexit
import os
import secrets
import string
import sys
import weakref
from pathlib import Path
from typing import Any

from moto.sagemaker.exceptions import ResourceNotFound, ValidationError
from moto.sagemaker.models import SageMakerModelBackend

from local_cloud import clock
from local_cloud.iam.identity import Credentials, UnknownRoleError, mint_role_credentials
from local_cloud.sagemaker.clients import RoleClients
from local_cloud.sagemaker.operations import Backend, state
from local_cloud.sagemaker.pipelines.engine.execution import PipelineExecution
from local_cloud.sagemaker.processing.container_job import ContainerJob, JobHost
from local_cloud.sagemaker.processing.sandbox import chosen_sandbox

INTERPRETER_VARIABLE = "LOCAL_CLOUD_PYTHON_PROCESSING"
HUB_VARIABLE = "LOCAL_CLOUD_HUB_URL"
_all_jobs: weakref.WeakSet[ContainerJob] = weakref.WeakSet()


def apply() -> None:
    """End jobs with the server and with a reset; both would leave processes behind."""
    atexit.register(_kill_all_jobs)
    original = SageMakerModelBackend.reset

    def reset(self: Backend) -> None:
        running = list(executions(self).values())
        executions(self).clear()  # an execution that is gone emits no more events
        for execution in running:
            execution.stop()
        for job in [*jobs(self, "Processing").values(), *jobs(self, "Training").values()]:
            job.kill()
        original(self)

    SageMakerModelBackend.reset = reset


def executions(backend: Backend) -> dict[str, PipelineExecution]:
    """Executions by ARN, oldest first."""
    return state(backend, "pipeline_executions")


def jobs(backend: Backend, kind: str) -> dict[str, ContainerJob]:
    """Jobs of a kind by name; moto's own store, so that its tag operations find them."""
    found: dict[str, ContainerJob] = getattr(backend, f"{kind.lower()}_jobs")
    return found


def keep_job(backend: Backend, job: ContainerJob) -> None:
    """Add a job, and see to it that it does not outlive the server."""
    jobs(backend, job.kind)[job.name] = job
    _all_jobs.add(job)


def role_clients(backend: Backend) -> RoleClients:
    """Clients of this server by role; AWS takes only roles of the account.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
    """
    shared = state(backend, "pipeline_shared")

    def mint(role_arn: str, session_name: str) -> Credentials:
        credentials = mint_role_credentials(role_arn, session_name)
        if role_arn.split(":")[4] != backend.account_id:
            raise UnknownRoleError("Cross-account pass role is not allowed.")
        return credentials

    if "clients" not in shared:
        shared["clients"] = RoleClients(os.environ["AWS_ENDPOINT_URL"], backend.region_name, mint)
    clients: RoleClients = shared["clients"]
    return clients


def job_host(backend: Backend) -> JobHost:
    """What jobs run with."""
    return JobHost(
        clients=role_clients(backend),
        sandbox=chosen_sandbox(),
        interpreter=os.environ.get(INTERPRETER_VARIABLE) or sys.executable,
        hub_url=os.environ.get(HUB_VARIABLE, ""),
        now=clock.utcnow,
    )


def job_root(name: str) -> Path:
    """Private folder of a job below the server's state folder, which is its HOME."""
    return Path(os.environ["HOME"]) / "jobs" / name


def require_role(backend: Backend, role_arn: str) -> None:
    """Raise ValidationException for a role that does not exist."""
    try:
        role_clients(backend).credentials(role_arn)
    except UnknownRoleError as error:
        raise ValidationError(f"The provided role cannot be assumed: {error}") from error


def find_pipeline(backend: Backend, name_or_arn: str) -> Any:
    """moto's pipeline, by name or ARN; raises ResourceNotFound."""
    name = name_or_arn.rpartition("/")[2]
    if name not in backend.pipelines:
        raise ResourceNotFound(f"Pipeline '{name_or_arn}' does not exist.")
    return backend.pipelines[name]


def find_execution(backend: Backend, arn: str) -> PipelineExecution:
    """The execution; raises ResourceNotFound."""
    found = executions(backend).get(arn)
    if found is None:
        raise ResourceNotFound(f"Pipeline execution with ARN {arn} does not exist.")
    return found


def new_execution_id() -> str:
    """Twelve lower-case letters and digits, as AWS makes them."""
    return "".join(secrets.choice(string.ascii_lowercase + string.digits) for _ in range(12))


def _kill_all_jobs() -> None:
    for job in list(_all_jobs):
        job.kill()
