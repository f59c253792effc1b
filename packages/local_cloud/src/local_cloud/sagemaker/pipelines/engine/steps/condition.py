"""Condition steps."""

from __future__ import annotations

from local_cloud.sagemaker.pipelines.engine.conditions import all_hold
from local_cloud.sagemaker.pipelines.engine.steps.contract import StepContext, StepResult


def run(context: StepContext) -> StepResult:
    """Choose the branch; references spell the outcome in lower case, the API does not."""
    step = context.step
    outcome = all_hold(step.arguments["Conditions"], context.scope)
    not_taken = step.else_steps if outcome else step.if_steps
    return StepResult(
        properties={"Outcome": str(outcome).lower()},
        metadata={"Condition": {"Outcome": str(outcome)}},
        dropped=tuple(child.name for child in not_taken),
    )
