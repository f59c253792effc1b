"""Runs one step and says how it ended."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from local_cloud.sagemaker.pipelines.engine.errors import (
    ExpressionError,
    StepFailedError,
    StepStoppedError,
)
from local_cloud.sagemaker.pipelines.engine.steps import STEP_RUNNERS
from local_cloud.sagemaker.pipelines.engine.steps.contract import StepContext, StepResult

_REASON_CHARACTERS = 1024
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class StepEnding:
    """``status`` is Succeeded (with a result), Failed (with a reason) or Stopped."""

    status: str
    reason: str = ""
    result: StepResult | None = None


def end_of_step(context: StepContext) -> StepEnding:
    """Run the step to its end; no error of a step leaves its execution without an outcome."""
    step = context.step
    try:
        return StepEnding("Succeeded", result=_run(context))
    except StepStoppedError:
        return StepEnding("Stopped")
    except StepFailedError as error:
        return StepEnding("Failed", str(error)[:_REASON_CHARACTERS])
    except ExpressionError as error:
        return StepEnding("Failed", f"ClientError: {error}"[:_REASON_CHARACTERS])
    except Exception as error:
        logger.exception("step %s of %s", step.name, context.execution_arn)
        reason = f"InternalServerError: {type(error).__name__}: {error}"
        return StepEnding("Failed", reason[:_REASON_CHARACTERS])


def _run(context: StepContext) -> StepResult:
    runner = STEP_RUNNERS.get(context.step.type)
    if runner is None:
        raise StepFailedError(
            f"ClientError: The local cloud does not run steps of type {context.step.type}."
        )
    return runner(context)
