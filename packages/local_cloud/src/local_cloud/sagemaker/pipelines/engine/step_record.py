"""What is known of a step that has been started."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from local_cloud.sagemaker.pipelines.engine.definition import Step


@dataclass
class StepRecord:
    """One step's run; ``status`` as in ListPipelineExecutionSteps."""

    step: Step
    start_time: datetime
    attempt: int
    status: str = "Starting"
    end_time: datetime | None = None
    failure_reason: str = ""
    metadata: dict[str, Any] = field(default_factory=dict)
