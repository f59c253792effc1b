"""A processing job: inputs from S3, the command as a subprocess, outputs to S3."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from local_cloud.sagemaker.clients import RoleClients
from local_cloud.sagemaker.processing.job_environment import job_environment
from local_cloud.sagemaker.processing.job_folder import JobFolder
from local_cloud.sagemaker.processing.job_logs import publish_log
from local_cloud.sagemaker.processing.job_process import JobProcess
from local_cloud.sagemaker.processing.job_transfers import (
    TransferError,
    download_inputs,
    upload_outputs,
)
from local_cloud.sagemaker.processing.sandbox import Sandbox

# the default of CreateProcessingJob: one day
DEFAULT_MAX_SECONDS = 86_400
FINAL_JOB_STATUSES = ("Completed", "Failed", "Stopped")
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class JobHost:
    """What all jobs of the server share.

    Parameters:
        clients: clients by role.
        sandbox: how a job sees its folder as /opt/ml.
        interpreter: path of the Python that stands in for the image's.
        hub_url: the local hub, empty for none.
        now: the clock.
    """

    clients: RoleClients
    sandbox: Sandbox
    interpreter: str
    hub_url: str
    now: Callable[[], datetime]


class ProcessingJob:
    """Runs in a background thread from ``start`` on.

    Parameters:
        request: the CreateProcessingJob request.
        arn: the job's ARN.
        folder: the job's private folder; removed at its end.
        host: what all jobs share.
    """

    def __init__(self, request: dict[str, Any], arn: str, folder: JobFolder, host: JobHost) -> None:
        self.request = request
        self.arn = arn
        self.tags: list[dict[str, str]] = list(request.get("Tags") or [])
        self.status = "InProgress"
        self.exit_message = ""
        self.failure_reason = ""
        self.creation_time = self.last_modified_time = host.now()
        self.start_time: datetime | None = None
        self.end_time: datetime | None = None
        self._folder = folder
        self._host = host
        self._process = JobProcess()

    @property
    def name(self) -> str:
        """The job's name."""
        return str(self.request["ProcessingJobName"])

    def start(self) -> None:
        """Run the job in the background."""
        threading.Thread(target=self._run_to_end, name=self.name, daemon=True).start()

    def stop(self) -> None:
        """End the job in the background; harmless once it has ended."""
        if self.status == "InProgress":
            self._set_status("Stopping")
            threading.Thread(target=self._process.stop, daemon=True).start()

    def kill(self) -> None:
        """End the job's processes at once, when the server goes or is reset."""
        self._process.kill()

    def _run_to_end(self) -> None:
        status = "Failed"
        try:
            status = self._run()
        except TransferError as error:
            self.failure_reason = str(error)
        except OSError as error:
            self.failure_reason = f"AlgorithmError: cannot start the container: {error}"
        except Exception as error:
            logger.exception("processing job %s", self.name)
            self.failure_reason = f"InternalServerError: {type(error).__name__}: {error}"
        finally:
            self.failure_reason = self.failure_reason[:1024]
            self._folder.remove()
            self.end_time = self._host.now()
            self._set_status(status)

    def _run(self) -> str:
        clients, role = self._host.clients, self.request["RoleArn"]
        self._folder.create(self.request, clients.region)
        self._folder.provide_python(self._host.interpreter)
        s3 = clients.client("s3", role)
        download_inputs(s3, self.request.get("ProcessingInputs") or [], self._folder)
        outputs = (self.request.get("ProcessingOutputConfig") or {}).get("Outputs", [])
        for item in outputs:
            path = self._folder.local(item["S3Output"]["LocalPath"])
            path.mkdir(parents=True, exist_ok=True)
        self.start_time = self._host.now()
        status = self._run_command()
        if status == "Completed":
            upload_outputs(s3, outputs, self._folder)
        return status

    def _run_command(self) -> str:
        application, root = self.request["AppSpecification"], self._folder.root
        argv = [*application["ContainerEntrypoint"], *application.get("ContainerArguments", [])]
        role = self.request["RoleArn"]
        environment = job_environment(
            self._folder,
            self._host.clients,
            role,
            self.request.get("Environment") or {},
            self._host.hub_url,
        )
        limit = (self.request.get("StoppingCondition") or {}).get("MaxRuntimeInSeconds")
        ending, code = self._process.run(
            self._host.sandbox.command(argv, root),
            environment=self._host.sandbox.environment(environment, root),
            folder=self._folder.home,
            log=self._folder.log,
            max_seconds=limit or DEFAULT_MAX_SECONDS,
        )
        if ending == "exited" and code and self._host.sandbox.hint:
            self._folder.add_to_log(self._host.sandbox.hint)
        if self._folder.log.exists():
            publish_log(self._host.clients.client("logs", role), self.name, self._folder.log)
        self.exit_message = self._folder.exit_message()
        if ending == "timed out":
            self.failure_reason = f"ClientError: MaxRuntimeExceeded: stopped after {limit} seconds."
        if ending != "exited":
            return "Stopped"
        if code == 0:
            return "Completed"
        message = self.exit_message or "See job logs for more information"
        # the exit code must survive the cut to 1,024 characters
        self.failure_reason = f"AlgorithmError: {message[:950]}, exit code: {code}"
        return "Failed"

    def _set_status(self, status: str) -> None:
        self.status = status
        self.last_modified_time = self._host.now()
