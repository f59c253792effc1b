"""Pipelines, their executions and their jobs: run for real instead of being Succeeded."""

from __future__ import annotations

from local_cloud.sagemaker.pipelines import (
    definitions as pipelines_definitions,
    executions as pipelines_executions,
    state as pipelines_state,
)
from local_cloud.sagemaker.processing import service as pipelines_processing_jobs


def apply() -> None:
    """Apply the corrections of every pipelines module."""
    pipelines_state.apply()
    pipelines_definitions.apply()
    pipelines_executions.apply()
    pipelines_processing_jobs.apply()
