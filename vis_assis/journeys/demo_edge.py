"""The demo's edge part: five pipelines, five approvals, five models fetched and checked."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import catalogue
from vis_assis.aws import model_zip, registry
from vis_assis.build.environments import ROOT
from vis_assis.journeys import edge_path
from vis_assis.local.local_stack import LocalStack

Progress = Callable[[str], None]


@dataclass(frozen=True)
class ModelRow:
    """One line of the closing table."""

    type: str
    version: int
    sha256: str
    bytes: int
    files: int
    seconds: float

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


def run(stack: LocalStack, progress: Progress) -> list[ModelRow]:
    """Walks the edge path for every model of the catalogue.

    Args:
        stack: the deployed stack.
        progress: told of each stage in a few words.

    Raises:
        EdgePathError: when the stack does anything else than promised.
        CommandError: when a fetched model is not what the browser expects.
    """
    models = catalogue.load(ROOT / "models.yaml").models
    sagemaker, s3 = stack.client("sagemaker"), stack.client("s3")
    started = {}
    for model_type in models:
        progress(f"Running the pipeline of {model_type}")
        arn = edge_path.run_pipeline(sagemaker, stack.outputs["pipeline_names"][model_type])
        started[model_type] = (arn, time.monotonic())
    versions = {}
    for model_type, (arn, _) in started.items():
        status = edge_path.wait_for_execution(sagemaker, arn, seconds=180)
        if status != "Succeeded":
            reason = edge_path.failure_reason(sagemaker, arn)
            raise edge_path.EdgePathError(
                f"the pipeline of {model_type} ended as {status}: {reason}"
            )
        versions[model_type] = _pending_version(sagemaker, model_type, arn)
        progress(
            f"Registered {model_type} version {versions[model_type].version}, pending approval"
        )
    bucket = stack.outputs["production_bucket"]
    for model_type, version in versions.items():
        if edge_path.served(s3, bucket, model_type):
            raise edge_path.EdgePathError(
                f"{model_type} is in production before anybody approved it"
            )
        edge_path.set_approval(sagemaker, version.arn, "Approved")
        progress(f"Approved {model_type} version {version.version}")
    rows = []
    for model_type, version in versions.items():
        shown = edge_path.wait_for_promotion(s3, bucket, version)
        content = edge_path.content(s3, bucket, shown)
        sha256 = version.sha256 or ""
        names = model_zip.check(content, sha256, models[model_type].files)
        seconds = round(time.monotonic() - started[model_type][1], 1)
        rows.append(
            ModelRow(model_type, version.version, sha256, len(content), len(names), seconds)
        )
        progress(f"Fetched and checked {model_type}")
    return rows


def _pending_version(sagemaker: Any, model_type: str, execution: str) -> registry.Version:
    version = edge_path.registered_version(sagemaker, model_type, execution)
    if version.approval != registry.PENDING:
        raise edge_path.EdgePathError(
            f"{model_type} was registered as {version.approval}, not {registry.PENDING}"
        )
    return version
