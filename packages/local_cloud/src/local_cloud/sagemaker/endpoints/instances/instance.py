"""One instance of a variant: its own copy of the artifact and one container, kept warm."""

from __future__ import annotations

import logging
import secrets
import shutil
import threading
import time
import weakref
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local_cloud.iam.identity import UnknownRoleError
from local_cloud.sagemaker.clients import RoleClients
from local_cloud.sagemaker.endpoints.instances.answer import (
    Answer,
    Invocation,
    server_failure,
    timed_out,
)
from local_cloud.sagemaker.endpoints.instances.artifact import fetch
from local_cloud.sagemaker.endpoints.instances.container import (
    INVOCATION_SECONDS,
    Container,
    process_environment,
)
from local_cloud.sagemaker.endpoints.instances.container_log import ContainerLog
from local_cloud.sagemaker.endpoints.instances.errors import (
    InstanceError,
    WorkerEndedError,
    WorkerTimeoutError,
)
from local_cloud.sagemaker.endpoints.instances.worker import Worker

logger = logging.getLogger(__name__)
_all_instances: weakref.WeakSet[Instance] = weakref.WeakSet()


@dataclass(frozen=True)
class InstanceHost:
    """What all instances of the server share.

    Parameters:
        clients: clients by role.
        interpreter: path of the Python that stands in for the image's.
        root: folder below which every instance has its own.
    """

    clients: RoleClients
    interpreter: str
    root: Path


class Instance:
    """Downloads, loads and serves; a new one reads the artifact's URL anew, as on AWS."""

    def __init__(self, host: InstanceHost, endpoint: str, variant: str, container: Container):
        self.variant = variant
        identifier = f"i-{secrets.token_hex(8)}"
        self._host, self._container = host, container
        self._folder = host.root / identifier
        self._model_dir = self._folder / "model"
        self._worker: Worker | None = None
        self._stopped = False
        self._asked = 0
        self._idle = threading.Condition()
        self._starting = threading.Lock()
        self.log = ContainerLog(
            lambda: self._client("logs"),
            endpoint,
            f"{variant}/{identifier}",
            self._folder / "container.log",
        )
        _all_instances.add(self)

    @property
    def busy(self) -> int:
        """Requests that are being answered."""
        return self._asked

    def start(self) -> None:
        """Download and load; raises InstanceError with SageMaker's reason."""
        artifact = self._container.artifact
        if artifact is None:
            return
        self._model_dir.mkdir(parents=True)
        try:
            fetch(self._client("s3"), artifact, self._model_dir)
            self._load()
        except UnknownRoleError as error:
            raise InstanceError(f"The execution role cannot be assumed: {error}") from error
        except (WorkerEndedError, WorkerTimeoutError) as error:
            self.log.ship()  # the reason below points there
            raise InstanceError(
                f"The primary container for production variant {self.variant} did not pass the "
                "ping health check. Please check CloudWatch logs for this endpoint."
            ) from error

    def invoke(self, request: Invocation) -> Answer:
        """The container's answer; its failures are answers too."""
        if self._container.artifact is None:
            return server_failure("an image without model data has no container in the local cloud")
        with self._idle:
            self._asked += 1
        try:
            return self._answer(request, time.monotonic())
        finally:
            with self._idle:
                self._asked -= 1
                self._idle.notify_all()

    def retire(self) -> None:
        """Stop in the background, after the request that is being answered."""
        threading.Thread(target=self._retire, name="endpoint-retires", daemon=True).start()

    def kill(self) -> None:
        """Stop at once and leave nothing behind."""
        self._stopped = True
        if self._worker:
            self._worker.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _retire(self) -> None:
        with self._idle:
            self._idle.wait_for(lambda: not self._asked, INVOCATION_SECONDS)
        self._stopped = True
        if self._worker:
            self._worker.stop()
        self.log.ship()
        self.kill()

    def _answer(self, request: Invocation, begin: float) -> Answer:
        try:
            with self._starting:  # the model server starts a worker for one that died
                worker = self._worker
                if worker is None or not worker.running():
                    worker = self._load()
            left = max(INVOCATION_SECONDS - (time.monotonic() - begin), 0.001)
            return worker.invoke(request, left)
        except WorkerTimeoutError:
            return timed_out(time.monotonic() - begin)
        except WorkerEndedError:
            logger.info("a container of variant %s died", self.variant)
            return server_failure("Worker died.", time.monotonic() - begin)

    def _load(self) -> Worker:
        self._require_not_stopped()
        environment = process_environment(
            self._container, self._host.clients, self._folder, self._model_dir
        )
        worker = Worker(self._host.interpreter, environment, self._folder, self.log.file)
        self._worker = worker
        worker.wait_until_healthy(self._container.startup_seconds)
        self._require_not_stopped()
        return worker

    def _require_not_stopped(self) -> None:
        if self._stopped:
            self.kill()
            raise WorkerEndedError("the instance is stopped")

    def _client(self, service: str) -> Any:
        return self._host.clients.client(service, self._container.role_arn)


def kill_all_instances() -> None:
    """End every instance of the server, serving or starting."""
    for instance in list(_all_instances):
        instance.kill()
