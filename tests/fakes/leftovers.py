"""SageMaker with what stacks leave behind, for the teardown: listed, busy for a while, removed."""

from __future__ import annotations

from typing import Any

from tests.fakes.client import FakeClient, client_error
from tests.fakes.seconds import Seconds

ARN = "arn:aws:sagemaker:eu-west-1:123456789012"


class FakeSageMaker(FakeClient):
    """Endpoints and executions that end at a time of the clock; everything else goes at once."""

    service = "sagemaker"

    def __init__(self, clock: Seconds) -> None:
        super().__init__()
        self.clock = clock
        self.executions: dict[str, dict[str, Any]] = {}
        self.versions: dict[str, list[str]] = {}
        self.endpoints: dict[str, dict[str, Any]] = {}
        self.configs: set[str] = set()
        self.models: set[str] = set()

    def run(self, pipeline: str, identifier: str, status: str = "Executing") -> str:
        """An execution of a pipeline; stopping takes it ten seconds."""
        arn = f"{ARN}:pipeline/{pipeline}/execution/{identifier}"
        self.executions[arn] = {"pipeline": pipeline, "status": status, "ends": None}
        return arn

    def host(self, name: str, status: str = "InService", until: float = 0) -> None:
        """An endpoint that keeps its status until that second, and is InService from then on."""
        self.endpoints[name] = {"status": status, "until": until}

    def _list_pipeline_executions(self, **call: Any) -> Any:
        pipeline = call["PipelineName"]
        if not any(item["pipeline"] == pipeline for item in self.executions.values()):
            raise client_error("ResourceNotFound", "ListPipelineExecutions")
        return {
            "PipelineExecutionSummaries": [
                {"PipelineExecutionArn": arn, "PipelineExecutionStatus": self._status(item)}
                for arn, item in self.executions.items()
                if item["pipeline"] == pipeline
            ]
        }

    def _stop_pipeline_execution(self, **call: Any) -> Any:
        item = self.executions[call["PipelineExecutionArn"]]
        item["status"], item["ends"] = "Stopping", self.clock.now + 10
        return {}

    def _status(self, item: dict[str, Any]) -> str:
        if item["ends"] is not None and self.clock.now >= item["ends"]:
            return "Stopped"
        return str(item["status"])

    def _list_model_package_groups(self, **call: Any) -> Any:
        names = [{"ModelPackageGroupName": name} for name in self.versions]
        return {"ModelPackageGroupSummaryList": names}

    def _list_model_packages(self, **call: Any) -> Any:
        arns = self.versions[call["ModelPackageGroupName"]]
        return {"ModelPackageSummaryList": [{"ModelPackageArn": arn} for arn in arns]}

    def _delete_model_package(self, **call: Any) -> Any:
        for arns in self.versions.values():
            if call["ModelPackageName"] in arns:
                arns.remove(call["ModelPackageName"])
        return {}

    def _list_endpoints(self, **call: Any) -> Any:
        return {
            "Endpoints": [
                {"EndpointName": name, "EndpointStatus": self._state(name)}
                for name in list(self.endpoints)
                if call["NameContains"] in name and self._state(name)
            ]
        }

    def _delete_endpoint(self, **call: Any) -> Any:
        name = call["EndpointName"]
        if self._state(name) != "InService":
            raise client_error("ValidationException", "DeleteEndpoint", "in-progress endpoint")
        self.host(name, "Deleting", until=self.clock.now + 5)
        return {}

    def _state(self, name: str) -> str:
        endpoint = self.endpoints[name]
        if self.clock.now < endpoint["until"]:
            return str(endpoint["status"])
        if endpoint["status"] == "Deleting":
            return ""
        return "InService"

    def _list_endpoint_configs(self, **call: Any) -> Any:
        return {
            "EndpointConfigs": [
                {"EndpointConfigName": name}
                for name in self.configs
                if call["NameContains"] in name
            ]
        }

    def _delete_endpoint_config(self, **call: Any) -> Any:
        assert not self._state("paligemma-endpoint-000000000001"), "config may be in use"
        self.configs.remove(call["EndpointConfigName"])
        return {}

    def _list_models(self, **call: Any) -> Any:
        return {
            "Models": [{"ModelName": name} for name in self.models if call["NameContains"] in name]
        }

    def _delete_model(self, **call: Any) -> Any:
        assert not self.configs or all("other" in name for name in self.configs), "model in use"
        self.models.remove(call["ModelName"])
        return {}
