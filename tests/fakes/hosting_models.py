"""In-memory SageMaker models and endpoint configs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.fakes.client import FakeClient, client_error
from tests.fakes.clock import Clock


def invalid(operation: str, message: str) -> Any:
    """The one error that SageMaker has for whatever it will not do."""
    return client_error("ValidationException", operation, message)


class FakeModels(FakeClient):
    """Asserts that nothing in use is deleted; SageMaker itself would let it happen."""

    service = "sagemaker"
    page_size = 2

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock = clock
        self.models: dict[str, dict[str, Any]] = {}
        self.configs: dict[str, dict[str, Any]] = {}

    def configs_in_use(self) -> set[str]:
        """Endpoint configs that an endpoint has or gets."""
        raise NotImplementedError

    def _list(self, call: dict[str, Any], found: dict[str, datetime], field_: str) -> Any:
        names = sorted(name for name in found if call.get("NameContains", "") in name)
        start = int(call.get("NextToken", "0"))
        key = f"{field_[:-1]}Name"
        page = names[start : start + self.page_size]
        answer: dict[str, Any] = {field_: [{key: n, "CreationTime": found[n]} for n in page]}
        if start + self.page_size < len(names):
            answer["NextToken"] = str(start + self.page_size)
        return answer

    def _list_models(self, **call: Any) -> Any:
        return self._list(call, {n: i["CreationTime"] for n, i in self.models.items()}, "Models")

    def _list_endpoint_configs(self, **call: Any) -> Any:
        found = {n: i["CreationTime"] for n, i in self.configs.items()}
        return self._list(call, found, "EndpointConfigs")

    def _create_model(self, **call: Any) -> Any:
        if call["ModelName"] in self.models:
            raise invalid("CreateModel", "Cannot create already existing model")
        self.models[call["ModelName"]] = {**call, "CreationTime": self._now()}
        return {}

    def _describe_model(self, **call: Any) -> Any:
        if call["ModelName"] not in self.models:
            raise invalid("DescribeModel", "Could not find model")
        return dict(self.models[call["ModelName"]])

    def _delete_model(self, **call: Any) -> Any:
        if call["ModelName"] not in self.models:
            raise invalid("DeleteModel", "Could not find model")
        users = [n for n in self.configs_in_use() if self._model_of(n) == call["ModelName"]]
        assert not users, f"model {call['ModelName']} is in use by {users}"
        del self.models[call["ModelName"]]
        return {}

    def _create_endpoint_config(self, **call: Any) -> Any:
        if call["EndpointConfigName"] in self.configs:
            raise invalid(
                "CreateEndpointConfig", "Cannot create already existing endpoint configuration"
            )
        if call["ProductionVariants"][0]["ModelName"] not in self.models:
            raise invalid("CreateEndpointConfig", "Could not find model")
        self.configs[call["EndpointConfigName"]] = {**call, "CreationTime": self._now()}
        return {}

    def _describe_endpoint_config(self, **call: Any) -> Any:
        if call["EndpointConfigName"] not in self.configs:
            raise invalid("DescribeEndpointConfig", "Could not find endpoint configuration")
        return dict(self.configs[call["EndpointConfigName"]])

    def _delete_endpoint_config(self, **call: Any) -> Any:
        name = call["EndpointConfigName"]
        if name not in self.configs:
            raise invalid("DeleteEndpointConfig", "Could not find endpoint configuration")
        assert name not in self.configs_in_use(), f"endpoint config {name} is in use"
        del self.configs[name]
        return {}

    def _model_of(self, config: str) -> str:
        return str(self.configs[config]["ProductionVariants"][0]["ModelName"])

    def _now(self) -> datetime:
        return self.clock.advance(0.001)
