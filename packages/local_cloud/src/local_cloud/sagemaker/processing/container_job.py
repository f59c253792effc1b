"""A job of SageMaker in the background: its folder, its command as a subprocess, its log."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

from local_cloud.sagemaker.clients import RoleClients
from local_cloud.sagemaker.processing.job_environment import job_environment
from local_cloud.sagemaker.processing.job_folder import JobFolder
from local_cloud.sagemaker.processing.job_logs import publish_log
from local_cloud.sagemaker.processing.job_process import Ending, JobProcess
from local_cloud.sagemaker.processing.job_transfers import TransferError
from local_cloud.sagemaker.processing.sandbox import Sandbox

# the default of CreateProcessingJob and CreateTrainingJob: one day
DEFAULT_MAX_SECONDS = 86_400
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


class ContainerJob:
    """Runs in a background thread from ``start`` on.

    Parameters:
        request: the request that creates the job.
        arn: the job's ARN.
        folder: the job's private folder; removed at its end.
        host: what all jobs share.
    """

    kind: ClassVar[str]
    """Processing or Training: what names of operations and fields begin with."""
    request_keys: ClassVar[tuple[str, ...]]
    """What of the request is kept."""

    @staticmethod
    def check_supported(request: dict[str, Any]) -> None:
        """Raise RuntimeValidationError for a request that would not run as asked."""
        raise NotImplementedError

    def answer(self) -> dict[str, Any]:
        """What Describe shows of this kind of job beside the request and the usual."""
        raise NotImplementedError

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
        return str(self.request[f"{self.kind}JobName"])

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
            logger.exception("%s job %s", self.kind, self.name)
            self.failure_reason = f"InternalServerError: {type(error).__name__}: {error}"
        finally:
            self.failure_reason = self.failure_reason[:1024]
            self._folder.remove()
            self.end_time = self._host.now()
            self._set_status(status)

    def _run(self) -> str:
        """Do all of the job's work; returns its final status."""
        raise NotImplementedError

    def _execute(
        self, argv: Sequence[str], variables: Mapping[str, str], cwd: Path
    ) -> tuple[Ending, int]:
        """Run the command as the container would, publish its log; returns how it ended."""
        host, role, root = self._host, self.request["RoleArn"], self._folder.root
        environment = job_environment(self._folder, host.clients, role, variables, host.hub_url)
        ending, code = self._process.run(
            host.sandbox.command(argv, root),
            environment=host.sandbox.environment(environment, root),
            folder=cwd,
            log=self._folder.log,
            max_seconds=self._limit(),
        )
        if ending == "exited" and code and host.sandbox.hint:
            self._folder.add_to_log(host.sandbox.hint)
        if self._folder.log.exists():
            logs = host.clients.client("logs", role)
            publish_log(logs, f"/aws/sagemaker/{self.kind}Jobs", self.name, self._folder.log)
        return ending, code

    def _limit(self) -> int:
        condition = self.request.get("StoppingCondition") or {}
        return condition.get("MaxRuntimeInSeconds") or DEFAULT_MAX_SECONDS

    def _set_status(self, status: str) -> None:
        self.status = status
        self.last_modified_time = self._host.now()
