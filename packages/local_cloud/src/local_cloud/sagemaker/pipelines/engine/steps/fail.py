"""Fail steps."""

from __future__ import annotations

from local_cloud.runtime.errors import StepFailedError
from local_cloud.runtime.expressions import as_text
from local_cloud.runtime.steps.contract import StepContext, StepResult


def run(context: StepContext) -> StepResult:
    """Always raises StepFailedError with the step's ErrorMessage."""
    message = as_text(context.arguments().get("ErrorMessage", ""))
    context.note({"Fail": {"ErrorMessage": message}})
    raise StepFailedError(message)
