"""What the local cloud cannot run of a processing job, said when the job is created."""

from __future__ import annotations

from typing import Any

from local_cloud.sagemaker.pipelines.engine.errors import RuntimeValidationError

PROCESSING_PATH = "/opt/ml/processing"


def check_supported(request: dict[str, Any]) -> None:
    """Raise RuntimeValidationError for a CreateProcessingJob request that would not run as
    asked."""
    problem = next(_problems(request), None)
    if problem:
        raise RuntimeValidationError(f"The local cloud cannot run this processing job: {problem}.")


def _problems(request: dict[str, Any]) -> Any:
    if not request["AppSpecification"].get("ContainerEntrypoint"):
        yield "without an image it needs a ContainerEntrypoint"
    if request["ProcessingResources"]["ClusterConfig"].get("InstanceCount", 1) != 1:
        yield "it has one instance, so InstanceCount must be 1"
    if (request.get("NetworkConfig") or {}).get("EnableNetworkIsolation"):
        yield "network isolation is not emulated"
    for item in request.get("ProcessingInputs") or []:
        yield from _input_problems(item)
    for item in (request.get("ProcessingOutputConfig") or {}).get("Outputs", []):
        if "S3Output" not in item:
            yield f"output {item['OutputName']} is no S3Output"
        else:
            yield from _path_problems(item["OutputName"], item["S3Output"])


def _input_problems(item: dict[str, Any]) -> Any:
    name = item["InputName"]
    if "S3Input" not in item:
        yield f"input {name} is no S3Input"
        return
    source = item["S3Input"]
    if source.get("S3DataType") != "S3Prefix":
        yield f"S3DataType of input {name} must be S3Prefix"
    if source.get("S3InputMode", "File") != "File":
        yield f"S3InputMode of input {name} must be File"
    if source.get("S3CompressionType", "None") != "None":
        yield f"S3CompressionType of input {name} must be None"
    yield from _path_problems(name, source)


def _path_problems(name: str, location: dict[str, Any]) -> Any:
    if not location.get("S3Uri", "").startswith("s3://"):
        yield f"S3Uri of {name} must start with s3://"
    path = location.get("LocalPath", "")
    if not path.startswith(PROCESSING_PATH) or ".." in path.split("/"):
        yield f"LocalPath of {name} must lie below {PROCESSING_PATH}"
