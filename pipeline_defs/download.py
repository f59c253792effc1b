"""Step 1: fetch, check and pack the model."""

from typing import Any

from pipeline_defs import placeholders
from pipeline_defs.scope import CONTAINER, Scope
from pipeline_defs.sdk import ProcessingStep, PropertyFile

STEP_NAME = "DownloadModel"
OUTPUT = "model"
PROVENANCE = "Provenance"


def download_step(scope: Scope) -> ProcessingStep:
    """The step whose output is the zip with manifest.json and provenance.json beside it."""
    return scope.processing_step(
        STEP_NAME,
        folder="download_model",
        arguments=_arguments(scope),
        output=OUTPUT,
        output_uri=scope.output_uri(),
        property_files=[
            PropertyFile(name=PROVENANCE, output_name=OUTPUT, path="provenance.json"),
        ],
    )


def _arguments(scope: Scope) -> list[Any]:
    model = scope.model
    arguments: list[Any] = [
        *("--model-type", scope.model_type),
        *("--repository", model.repository),
        *("--revision", scope.parameters.revision),
    ]
    for pattern in model.files:
        arguments += ["--file", pattern]
    arguments += ["--licence", ",".join(model.licence)]
    arguments += ["--accept-licence"] if model.accept_licence else []
    arguments += ["--allowed-licences", scope.parameters.allowed_licences]
    if model.gated:
        arguments += ["--gated", "--token-secret-arn", placeholders.TOKEN_SECRET_ARN]
    arguments += [
        *("--max-size-mb", str(model.max_size_mb)),
        *("--archive-name", model.archive_name),
        *("--output-dir", f"{CONTAINER}/output/{OUTPUT}"),
        *("--work-dir", f"{CONTAINER}/work"),
        *("--failure-file", "/opt/ml/output/message"),
    ]
    return arguments
