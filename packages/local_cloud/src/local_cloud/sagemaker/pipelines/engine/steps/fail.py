"""Fail steps."""

from __future__ import annotations

from local_cloud.sagemaker.pipelines.engine.errors import StepFailedError
from local_cloud.sagemaker.pipelines.engine.expressions import as_text
from local_cloud.sagemaker.pipelines.engine.steps.contract import StepContext, StepResult


def run(context: StepContext) -> StepResult:
    """Always raises StepFailedError with the step's ErrorMessage."""
    message = as_text(context.arguments().get("ErrorMessage", ""))
    context.note({"Fail": {"ErrorMessage": message}})
    raise StepFailedError(message)
