"""In-memory SageMaker endpoints that change when told to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.fakes.alarms import FakeAlarms
from tests.fakes.archives import load_script
from tests.fakes.client import client_error
from tests.fakes.clock import Clock
from tests.fakes.hosting_models import FakeModels, invalid
from tests.fakes.s3 import FakeS3
from tests.fakes.scaling import FakeScaling

ARN = "arn:aws:sagemaker:eu-west-1:123456789012:endpoint"


@dataclass
class HostedEndpoint:
    """An endpoint; `serving` is the script that answers, None before the first success."""

    name: str
    config: str
    created: datetime
    status: str = "Creating"
    pending: str = ""
    reason: str = ""
    count: int = 1
    capture: dict[str, Any] = field(default_factory=dict)
    serving: bytes | None = None
    update: dict[str, Any] = field(default_factory=dict)


class FakeHosting(FakeModels):
    """Refuses what AWS refuses, in its words; `finish` ends whatever is under way."""

    def __init__(self, clock: Clock, s3: FakeS3, scaling: FakeScaling, alarms: FakeAlarms) -> None:
        super().__init__(clock)
        self.s3, self.scaling, self.alarms = s3, scaling, alarms
        self.endpoints: dict[str, HostedEndpoint] = {}
        self.no_capacity = self.no_start = False
        self.quotas: dict[str, int] = {}
        self.refusals = 0

    def finish(self, name: str) -> str:
        """Ends the transition under way; the status afterwards, "" when the endpoint is gone."""
        endpoint = self.endpoints[name]
        if endpoint.status == "Deleting":
            del self.endpoints[name]
            return ""
        if endpoint.status == "Creating":
            endpoint.serving, endpoint.reason = self._start(endpoint.config)
            endpoint.status = "Failed" if endpoint.reason else "InService"
        elif endpoint.status == "Updating" and endpoint.pending:
            script, endpoint.reason = self._start(endpoint.pending)
            endpoint.reason = endpoint.reason or self._alarm(endpoint.update)
            if not endpoint.reason:
                self._switch(endpoint, script)
            endpoint.pending, endpoint.status = "", "InService"
        else:
            endpoint.status = "InService"
        return endpoint.status

    def rescale(self, name: str, count: int) -> None:
        """What scaling does: a short Updating without a new endpoint config."""
        self.endpoints[name].count, self.endpoints[name].status = count, "Updating"

    def load(self, config: str) -> bytes:
        """The script an instance started now would run; asserts that all it needs exists."""
        model = self.configs[config]["ProductionVariants"][0]["ModelName"]
        bucket, key = self.models[model]["PrimaryContainer"]["ModelDataUrl"][5:].split("/", 1)
        current = self.s3.buckets[bucket].current(key)
        assert current is not None, f"{key} is gone"
        return load_script(current.body or b"")

    def _switch(self, endpoint: HostedEndpoint, script: bytes | None) -> None:
        call, config = endpoint.update, self.configs[endpoint.pending]
        variant = config["ProductionVariants"][0]
        excluded = {
            item["VariantPropertyType"] for item in call.get("ExcludeRetainedVariantProperties", ())
        }
        retained = call.get("RetainAllVariantProperties", False)
        if not retained or "DesiredInstanceCount" in excluded:
            endpoint.count = variant["InitialInstanceCount"]
        if not retained or "DataCaptureConfig" in excluded:
            endpoint.capture = config.get("DataCaptureConfig", {})
        endpoint.config, endpoint.serving = endpoint.pending, script

    def _start(self, config: str) -> tuple[bytes | None, str]:
        if self.no_capacity:
            return None, "Unable to provision requested ML compute capacity"
        script = self.load(config)
        if b"raise" in script or self.no_start:
            return None, "The primary container did not pass the ping health check"
        return script, ""

    def _alarm(self, update: dict[str, Any]) -> str:
        rollback = update.get("DeploymentConfig", {}).get("AutoRollbackConfiguration", {})
        watched = {alarm["AlarmName"] for alarm in rollback.get("Alarms", ())}
        raised = sorted(watched & self.alarms.raised)
        return f"One or more auto-rollback alarms went into ALARM: {raised}" if raised else ""

    def _list_endpoints(self, **call: Any) -> Any:
        answer = self._list(call, {n: i.created for n, i in self.endpoints.items()}, "Endpoints")
        for item in answer["Endpoints"]:
            item["EndpointStatus"] = self.endpoints[item["EndpointName"]].status
        return answer

    def _describe_endpoint(self, **call: Any) -> Any:
        endpoint = self._endpoint(call, "DescribeEndpoint")
        answer: dict[str, Any] = {
            "EndpointName": endpoint.name,
            "EndpointArn": f"{ARN}/{endpoint.name}",
            "EndpointConfigName": endpoint.config,
            "EndpointStatus": endpoint.status,
            "CreationTime": endpoint.created,
        }
        if endpoint.serving is not None:
            image = {"SpecifiedImage": "image:1", "ResolvedImage": f"image@sha256:{'0' * 64}"}
            answer["ProductionVariants"] = [{"VariantName": "v", "DeployedImages": [image]}]
        if endpoint.reason:
            answer["FailureReason"] = endpoint.reason
        if endpoint.pending:
            answer["PendingDeploymentSummary"] = {"EndpointConfigName": endpoint.pending}
        return answer

    def _create_endpoint(self, **call: Any) -> Any:
        name, config = call["EndpointName"], call["EndpointConfigName"]
        if name in self.endpoints:
            raise invalid("CreateEndpoint", f'Cannot create already existing endpoint "{ARN}"')
        self._config(config, "CreateEndpoint")
        self._check_quota("CreateEndpoint", config, used=0)
        endpoint = HostedEndpoint(name, config, self._now())
        endpoint.count = self.configs[config]["ProductionVariants"][0]["InitialInstanceCount"]
        endpoint.capture = self.configs[config].get("DataCaptureConfig", {})
        self.endpoints[name] = endpoint
        return {}

    def _update_endpoint(self, **call: Any) -> Any:
        endpoint = self._endpoint(call, "UpdateEndpoint")
        if endpoint.status != "InService":
            raise invalid("UpdateEndpoint", f'Cannot update in-progress endpoint "{ARN}".')
        self._config(call["EndpointConfigName"], "UpdateEndpoint")
        if call["EndpointConfigName"] == endpoint.config:
            raise invalid("UpdateEndpoint", "Cannot update to the same endpoint configuration")
        self._check_rollout(endpoint, call)
        self._check_quota("UpdateEndpoint", call["EndpointConfigName"], used=endpoint.count)
        endpoint.pending, endpoint.status = call["EndpointConfigName"], "Updating"
        endpoint.update, endpoint.reason = call, ""
        return {}

    def _check_quota(self, operation: str, config: str, used: int) -> None:
        variant = self.configs[config]["ProductionVariants"][0]
        wanted = used or variant["InitialInstanceCount"]
        quota = self.quotas.get(variant["InstanceType"])
        if quota is not None and used + wanted > quota:
            self.refusals += 1
            raise client_error(
                "ResourceLimitExceeded",
                operation,
                f"The account-level service limit '{variant['InstanceType']} for endpoint usage' "
                f"is {quota} Instances, with current utilization of {used} Instances and a "
                f"request delta of {wanted} Instances. Please use AWS Service Quotas to request "
                "an increase for this quota.",
            )

    def _check_rollout(self, endpoint: HostedEndpoint, call: dict[str, Any]) -> None:
        deployment = call.get("DeploymentConfig", {})
        routing = deployment.get("BlueGreenUpdatePolicy", {}).get("TrafficRoutingConfiguration", {})
        if "RollingUpdatePolicy" in deployment or routing.get("Type") in ("CANARY", "LINEAR"):
            raise invalid("UpdateEndpoint", "batch size must be 5-50 percent of the instances")
        old, new = self.configs.get(endpoint.config), self.configs[call["EndpointConfigName"]]
        before, after = (i and i["ProductionVariants"][0]["InstanceType"] for i in (old, new))
        if before != after and any(endpoint.name in item for item in self.scaling.targets):
            raise invalid("UpdateEndpoint", "deregister the scalable target to change the type")

    def _delete_endpoint(self, **call: Any) -> Any:
        endpoint = self._endpoint(call, "DeleteEndpoint")
        if endpoint.status not in ("InService", "Failed", "OutOfService", "UpdateRollbackFailed"):
            raise invalid("DeleteEndpoint", f'Cannot update in-progress endpoint "{ARN}".')
        endpoint.status = "Deleting"
        return {}

    def _endpoint(self, call: dict[str, Any], operation: str) -> HostedEndpoint:
        if call["EndpointName"] not in self.endpoints:
            raise invalid(operation, f'Could not find endpoint "{ARN}/{call["EndpointName"]}".')
        return self.endpoints[call["EndpointName"]]

    def _config(self, name: str, operation: str) -> None:
        if name not in self.configs:
            raise invalid(operation, f'Could not find endpoint configuration "{name}".')

    def configs_in_use(self) -> set[str]:
        used = {i.config for i in self.endpoints.values() if i.status not in ("Deleting", "Failed")}
        return used | {i.pending for i in self.endpoints.values()} & set(self.configs)
