"""The step types that the local cloud runs."""

from __future__ import annotations

from local_cloud.sagemaker.pipelines.engine.steps import (
    condition,
    fail,
    job,
    lambda_function,
    register_model,
)
from local_cloud.sagemaker.pipelines.engine.steps.contract import Runner

STEP_RUNNERS: dict[str, Runner] = {
    "Condition": condition.run,
    "Fail": fail.run,
    "Lambda": lambda_function.run,
    "Processing": job.runner("Processing"),
    "RegisterModel": register_model.run,
    "Training": job.runner("Training"),
}
