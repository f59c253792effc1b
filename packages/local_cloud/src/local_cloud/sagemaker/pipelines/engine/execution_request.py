"""What StartPipelineExecution asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

# AWS runs as many steps as a definition may hold unless told otherwise
DEFAULT_PARALLEL_STEPS = 50


@dataclass(frozen=True)
class ExecutionRequest:
    """The execution's identity and input; ``passed`` holds the parameters as they were sent."""

    arn: str
    display_name: str
    description: str | None
    client_request_token: str
    role_arn: str
    definition_text: str
    passed: Mapping[str, str]
    max_parallel_steps: int = DEFAULT_PARALLEL_STEPS

    @property
    def pipeline_arn(self) -> str:
        """ARN of the pipeline that the execution belongs to."""
        return self.arn.split("/execution/")[0]
