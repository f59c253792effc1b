"""What a step gets to run with and what it gives back."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from local_cloud.sagemaker.clients import RoleClients
from local_cloud.sagemaker.pipelines.engine.definition import Step
from local_cloud.sagemaker.pipelines.engine.expressions import Scope, evaluate


@dataclass(frozen=True)
class StepContext:
    """One step of one execution.

    ``stopping`` is set when the execution is to stop; ``note`` shows Metadata while it runs.
    """

    step: Step
    execution_arn: str
    role_arn: str
    clients: RoleClients
    scope: Scope
    stopping: threading.Event
    note: Callable[[dict[str, Any]], None]

    def arguments(self) -> dict[str, Any]:
        """The step's arguments with every expression replaced by its value."""
        values: dict[str, Any] = evaluate(self.step.arguments, self.scope)
        return values

    def client(self, service: str) -> Any:
        """A client that acts as the pipeline's role."""
        return self.clients.client(service, self.role_arn)


@dataclass(frozen=True)
class StepResult:
    """Outcome of a step that succeeded.

    ``properties`` is what ``Steps.<name>.…`` reads; ``dropped`` names the steps of the branch
    that is not taken.
    """

    properties: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    dropped: tuple[str, ...] = ()


Runner = Callable[[StepContext], StepResult]
