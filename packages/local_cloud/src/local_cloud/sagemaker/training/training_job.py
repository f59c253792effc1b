"""A training job: channels from S3, the command as a subprocess, model.tar.gz to S3.

https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-training-algo-running-container.html
"""

from __future__ import annotations

import tarfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from local_cloud.sagemaker.pipelines.engine.errors import RuntimeValidationError
from local_cloud.sagemaker.processing.container_job import ContainerJob
from local_cloud.sagemaker.processing.job_process import Ending
from local_cloud.sagemaker.processing.job_transfers import download_inputs, upload_folder
from local_cloud.sagemaker.training.script_mode import PROGRAM, ScriptMode, program_of

_INPUT = "/opt/ml/input"
_MODEL = "/opt/ml/model"
_DATA = "/opt/ml/output/data"


class TrainingJob(ContainerJob):
    """Runs what CreateTrainingJob asked for: the entrypoint, else the script of script mode."""

    kind = "Training"
    request_keys = (
        "AlgorithmSpecification",
        "EnableNetworkIsolation",
        "Environment",
        "HyperParameters",
        "InputDataConfig",
        "OutputDataConfig",
        "ResourceConfig",
        "RoleArn",
        "StoppingCondition",
        "Tags",
        "TrainingJobName",
    )
    _ending: Ending | None = None

    @staticmethod
    def check_supported(request: dict[str, Any]) -> None:
        """Raise RuntimeValidationError for what would not run as asked."""
        problem = next(_problems(request), None)
        if problem:
            raise RuntimeValidationError(
                f"The local cloud cannot run this training job: {problem}."
            )

    def answer(self) -> dict[str, Any]:
        """Where the model is, and how the job ended."""
        has_ended = self.status in ("Completed", "Stopped")
        uri = f"{self._output_uri()}/model.tar.gz"
        running = "Training" if self.status == "InProgress" else self.status
        return {
            "SecondaryStatus": "MaxRuntimeExceeded" if self._ending == "timed out" else running,
            "ModelArtifacts": {"S3ModelArtifacts": uri} if has_ended else {},
        }

    def _run(self) -> str:
        folder = self._folder
        self._prepare()
        s3 = self._host.clients.client("s3", self.request["RoleArn"])
        channels = self.request.get("InputDataConfig") or []
        download_inputs(s3, [_as_processing_input(channel) for channel in channels], folder)
        self.start_time = self._host.now()
        status = self._run_command(s3)
        if status != "Failed":  # what a stopped job has saved is kept
            packed = folder.root / "artifacts"
            packed.mkdir()
            _pack(folder.local(_MODEL), packed / "model.tar.gz")
            if any(folder.local(_DATA).iterdir()):
                _pack(folder.local(_DATA), packed / "output.tar.gz")
            upload_folder(s3, packed, self._output_uri(), "the model")
        return status

    def _prepare(self) -> None:
        folder, request = self._folder, self.request
        folder.create("code", "input/config", "input/data", "model", "output/data")
        folder.configure("input/config/hyperparameters", request.get("HyperParameters") or {})
        folder.configure(
            "input/config/inputdataconfig",
            {
                channel["ChannelName"]: {
                    "TrainingInputMode": "File",
                    "S3DistributionType": "FullyReplicated",
                    "RecordWrapperType": "None",
                }
                for channel in request.get("InputDataConfig") or []
            },
        )
        group, kind = "homogeneousCluster", request["ResourceConfig"].get("InstanceType")
        folder.configure(
            "input/config/resourceconfig",
            {
                "current_host": "algo-1",
                "current_instance_type": kind,
                "current_group_name": group,
                "hosts": ["algo-1"],
                "instance_groups": [
                    {"instance_group_name": group, "instance_type": kind, "hosts": ["algo-1"]}
                ],
                "network_interface_name": "eth0",
            },
        )
        folder.provide_python(self._host.interpreter)

    def _run_command(self, s3: Any) -> str:
        algorithm = self.request["AlgorithmSpecification"]
        argv: Sequence[str] = [
            *algorithm.get("ContainerEntrypoint", []),
            *algorithm.get("ContainerArguments", []),
        ]
        variables = {
            "TRAINING_JOB_NAME": self.name,
            "TRAINING_JOB_ARN": self.arn,
            **(self.request.get("Environment") or {}),
        }
        cwd, script = self._folder.home, None
        if not argv:
            script = ScriptMode(self._folder, self.request)
            cwd = script.install(s3)
            argv, variables = script.command(), {**variables, **script.variables()}
        self._ending, code = self._execute(argv, variables, cwd)
        if self._ending != "exited":
            return "Stopped"
        if code == 0:
            return "Completed"
        message, code = script.failure(code) if script else (self._message(), code)
        self.failure_reason = f"AlgorithmError: {message[:950]}, exit code: {code}"
        return "Failed"

    def _message(self) -> str:
        return self._folder.exit_message("failure") or "See job logs for more information"

    def _output_uri(self) -> str:
        path = self.request["OutputDataConfig"]["S3OutputPath"].rstrip("/")
        return f"{path}/{self.name}/output"


def _as_processing_input(channel: Mapping[str, Any]) -> dict[str, Any]:
    uri = channel["DataSource"]["S3DataSource"]["S3Uri"]
    return {"S3Input": {"S3Uri": uri, "LocalPath": f"{_INPUT}/data/{channel['ChannelName']}"}}


def _pack(folder: Path, archive: Path) -> None:
    """The folder's content at the archive's root, as SageMaker packs it."""
    with tarfile.open(archive, "w:gz") as target:
        for path in sorted(folder.iterdir()):
            target.add(path, path.name)


def _problems(request: dict[str, Any]) -> Iterator[str]:
    algorithm = request["AlgorithmSpecification"]
    if not algorithm.get("ContainerEntrypoint") and not program_of(request).endswith(".py"):
        yield (
            "without an image it needs a ContainerEntrypoint, or a Python script that the "
            f"hyperparameter {PROGRAM} names"
        )
    if algorithm.get("TrainingInputMode", "File") != "File":
        yield "TrainingInputMode must be File"
    if request["ResourceConfig"].get("InstanceCount", 1) != 1:
        yield "it has one instance, so InstanceCount must be 1"
    if request.get("EnableNetworkIsolation"):
        yield "network isolation is not emulated"
    if request["OutputDataConfig"].get("CompressionType", "GZIP") != "GZIP":
        yield "CompressionType must be GZIP"
    for channel in request.get("InputDataConfig") or []:
        source = channel["DataSource"].get("S3DataSource") or {}
        if source.get("S3DataType") != "S3Prefix":
            yield f"channel {channel['ChannelName']} must be an S3DataSource of type S3Prefix"
        for key, wanted in (("InputMode", "File"), ("CompressionType", "None")):
            if channel.get(key, wanted) != wanted:
                yield f"{key} of channel {channel['ChannelName']} must be {wanted}"
