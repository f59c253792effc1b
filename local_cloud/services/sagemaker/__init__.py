"""SageMaker: moto, made to behave as AWS does."""

from __future__ import annotations

import importlib
import importlib.util


def apply() -> None:
    """Apply the corrections of every resource."""
    name = "local_cloud.services.sagemaker.pipelines"
    if importlib.util.find_spec(name):
        importlib.import_module(name).apply()
