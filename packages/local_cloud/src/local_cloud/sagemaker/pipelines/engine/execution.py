"""One execution of a pipeline: starts steps as they become ready and keeps their statuses."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from local_cloud.sagemaker.clients import RoleClients
from local_cloud.sagemaker.pipelines.engine.definition import Definition, Step
from local_cloud.sagemaker.pipelines.engine.execution_request import ExecutionRequest
from local_cloud.sagemaker.pipelines.engine.execution_scope import ExecutionScope
from local_cloud.sagemaker.pipelines.engine.execution_variables import execution_variables
from local_cloud.sagemaker.pipelines.engine.graph import dependencies, downstream
from local_cloud.sagemaker.pipelines.engine.step_ending import end_of_step
from local_cloud.sagemaker.pipelines.engine.step_record import StepRecord
from local_cloud.sagemaker.pipelines.engine.steps.contract import StepContext, StepResult

FINAL_STATUSES = ("Stopped", "Failed", "Succeeded")
STEPS_FAILED = "Step failure: One or multiple steps failed."

# Called after each change with the execution, the step or None, and the status before.
Observer = Callable[["PipelineExecution", StepRecord | None, str], None]


class PipelineExecution:
    """Runs in background threads from ``start`` on; all attributes may be read at any time.

    Parameters:
        request: what StartPipelineExecution was asked for.
        definition: the parsed definition.
        parameters: resolved parameter values.
        clients: clients by role.
        observe: told of every status change.
        now: the clock.
    """

    def __init__(
        self,
        *,
        request: ExecutionRequest,
        definition: Definition,
        parameters: Mapping[str, Any],
        clients: RoleClients,
        observe: Observer,
        now: Callable[[], datetime],
    ) -> None:
        self.request = request
        self.parameters = parameters
        self.status = "Executing"
        self.failure_reason: str | None = None
        self.start_time = self.last_modified_time = now()
        self.end_time: datetime | None = None
        self.records: list[StepRecord] = []
        self.attempts: dict[str, int] = {}
        self._steps: dict[str, Step] = {step.name: step for step in definition.all_steps()}
        self._waits_for = dependencies(definition)
        self._clients = clients
        self._observe = observe
        self._now = now
        self._properties: dict[str, dict[str, Any]] = {}
        self._dropped: set[str] = set()
        self._stopping = threading.Event()
        self._changed = threading.Condition()

    def start(self) -> None:
        """Run the steps in the background."""
        self._observe(self, None, "")
        self._launch()

    def _launch(self) -> None:
        threading.Thread(target=self._run, name=self.request.arn, daemon=True).start()

    def stop(self) -> None:
        """Ask running steps to end and start no more; harmless once the execution has ended."""
        with self._changed:
            if self.status != "Executing":
                return
            self._set_status("Stopping")
            self._stopping.set()
            for record in self.records:
                if record.status == "Executing":
                    self._set_step_status(record, "Stopping")
            self._changed.notify_all()

    def retry(self) -> None:
        """Run again what failed or was stopped; harmless while the execution runs."""
        with self._changed:
            if self.status not in ("Failed", "Stopped"):
                return
            self.records = [r for r in self.records if r.status == "Succeeded"]
            self._stopping = threading.Event()
            self.failure_reason = self.end_time = None
            self._set_status("Executing")
        self._launch()

    def _run(self) -> None:
        with self._changed:
            while True:
                self._start_ready_steps()
                if not self._running():
                    break
                self._changed.wait()
            self.end_time = self._now()
            if self._stopping.is_set():
                self._set_status("Stopped")
            elif self._failed():
                self.failure_reason = STEPS_FAILED
                self._set_status("Failed")
            else:
                self._set_status("Succeeded")
            self._changed.notify_all()

    def _start_ready_steps(self) -> None:
        # what runs beside a failed step ends by itself; nothing new starts
        if self._stopping.is_set() or self._failed():
            return
        started = {record.step.name for record in self.records}
        done = {record.step.name for record in self.records if record.status == "Succeeded"}
        ready = [
            step
            for name, step in self._steps.items()
            if name not in started | self._dropped and self._waits_for[name] <= done
        ]
        for step in ready[: self.request.max_parallel_steps - len(self._running())]:
            self._start_step(step)

    def _start_step(self, step: Step) -> None:
        self.attempts[step.name] = self.attempts.get(step.name, 0) + 1
        record = StepRecord(step, self._now(), self.attempts[step.name])
        self.records.append(record)
        self._observe(self, record, "")
        self._set_step_status(record, "Executing")
        threading.Thread(target=self._run_step, args=(record,), daemon=True).start()

    def _run_step(self, record: StepRecord) -> None:
        ending = end_of_step(self._context(record))
        with self._changed:
            if ending.result:
                self._take(record, ending.result)
            record.failure_reason = ending.reason
            record.end_time = self._now()
            self._set_step_status(record, ending.status)
            self._changed.notify_all()

    def _context(self, record: StepRecord) -> StepContext:
        request = self.request
        scope = ExecutionScope(
            self.parameters,
            execution_variables(request.arn, self.start_time, self._now()),
            self._steps,
            self._properties,
            lambda: self._clients.client("s3", request.role_arn),
        )
        return StepContext(
            step=record.step,
            execution_arn=request.arn,
            role_arn=request.role_arn,
            clients=self._clients,
            scope=scope,
            stopping=self._stopping,
            note=record.metadata.update,
        )

    def _take(self, record: StepRecord, result: StepResult) -> None:
        record.metadata = result.metadata
        self._properties[record.step.name] = result.properties
        self._dropped |= downstream(result.dropped, self._waits_for)

    def _running(self) -> list[StepRecord]:
        return [record for record in self.records if record.end_time is None]

    def _failed(self) -> bool:
        return any(record.status == "Failed" for record in self.records)

    def _set_status(self, status: str) -> None:
        before, self.status = self.status, status
        self.last_modified_time = self._now()
        self._observe(self, None, before)

    def _set_step_status(self, record: StepRecord, status: str) -> None:
        before, record.status = record.status, status
        self._observe(self, record, before)
