"""A processing job: inputs from S3, the command as a subprocess, outputs to S3."""

from __future__ import annotations

from typing import Any

from local_cloud.sagemaker.processing.container_job import ContainerJob
from local_cloud.sagemaker.processing.job_support import check_supported
from local_cloud.sagemaker.processing.job_transfers import download_inputs, upload_outputs


class ProcessingJob(ContainerJob):
    """Runs what CreateProcessingJob asked for."""

    kind = "Processing"
    request_keys = (
        "AppSpecification",
        "Environment",
        "ExperimentConfig",
        "NetworkConfig",
        "ProcessingInputs",
        "ProcessingJobName",
        "ProcessingOutputConfig",
        "ProcessingResources",
        "RoleArn",
        "StoppingCondition",
        "Tags",
    )
    check_supported = staticmethod(check_supported)

    def answer(self) -> dict[str, Any]:
        """The message that the job left."""
        return {"ExitMessage": self.exit_message}

    def _run(self) -> str:
        clients, folder = self._host.clients, self._folder
        folder.create("processing", "output", "config")
        folder.configure("config/processingjobconfig", self.request)
        resources = {"current_host": "algo-1", "hosts": ["algo-1"], "region": clients.region}
        folder.configure("config/resourceconfig", resources)
        folder.provide_python(self._host.interpreter)
        s3 = clients.client("s3", self.request["RoleArn"])
        download_inputs(s3, self.request.get("ProcessingInputs") or [], folder)
        outputs = (self.request.get("ProcessingOutputConfig") or {}).get("Outputs", [])
        for item in outputs:
            path = folder.local(item["S3Output"]["LocalPath"])
            path.mkdir(parents=True, exist_ok=True)
        self.start_time = self._host.now()
        status = self._run_command()
        if status == "Completed":
            upload_outputs(s3, outputs, folder)
        return status

    def _run_command(self) -> str:
        application = self.request["AppSpecification"]
        argv = [*application["ContainerEntrypoint"], *application.get("ContainerArguments", [])]
        ending, code = self._execute(argv, self.request.get("Environment") or {}, self._folder.home)
        self.exit_message = self._folder.exit_message()
        if ending == "timed out":
            self.failure_reason = (
                f"ClientError: MaxRuntimeExceeded: stopped after {self._limit()} seconds."
            )
        if ending != "exited":
            return "Stopped"
        if code == 0:
            return "Completed"
        message = self.exit_message or "See job logs for more information"
        # the exit code must survive the cut to 1,024 characters
        self.failure_reason = f"AlgorithmError: {message[:950]}, exit code: {code}"
        return "Failed"
