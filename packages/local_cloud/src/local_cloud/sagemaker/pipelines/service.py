"""Pipelines, their executions and processing jobs: run for real instead of being Succeeded."""

from __future__ import annotations

from local_cloud.services.sagemaker import (
    pipelines_definitions,
    pipelines_executions,
    pipelines_processing_jobs,
    pipelines_state,
)


def apply() -> None:
    """Apply the corrections of every pipelines module."""
    pipelines_state.apply()
    pipelines_definitions.apply()
    pipelines_executions.apply()
    pipelines_processing_jobs.apply()
