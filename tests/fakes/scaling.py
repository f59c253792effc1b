"""In-memory Application Auto Scaling: targets and their policies, both upserts."""

from __future__ import annotations

from typing import Any

from tests.fakes.client import FakeClient, client_error


class FakeScaling(FakeClient):
    """Deregistering a target deletes its policies, as AWS does."""

    service = "application-autoscaling"

    def __init__(self) -> None:
        super().__init__()
        self.targets: dict[str, dict[str, Any]] = {}
        self.policies: dict[tuple[str, str], dict[str, Any]] = {}

    def _describe_scalable_targets(self, **call: Any) -> Any:
        wanted = call.get("ResourceIds", list(self.targets))
        found = [dict(self.targets[item]) for item in wanted if item in self.targets]
        return {"ScalableTargets": found}

    def _register_scalable_target(self, **call: Any) -> Any:
        known = self.targets.get(call["ResourceId"], {})
        self.targets[call["ResourceId"]] = {**known, **call}
        return {}

    def _deregister_scalable_target(self, **call: Any) -> Any:
        resource = call["ResourceId"]
        if resource not in self.targets:
            raise client_error("ObjectNotFoundException", "DeregisterScalableTarget")
        del self.targets[resource]
        self.policies = {key: item for key, item in self.policies.items() if key[0] != resource}
        return {}

    def _describe_scaling_policies(self, **call: Any) -> Any:
        found = [
            dict(item)
            for (resource, name), item in self.policies.items()
            if resource == call["ResourceId"] and name in call.get("PolicyNames", [name])
        ]
        return {"ScalingPolicies": found}

    def _put_scaling_policy(self, **call: Any) -> Any:
        if call["ResourceId"] not in self.targets:
            raise client_error("ObjectNotFoundException", "PutScalingPolicy")
        self.policies[call["ResourceId"], call["PolicyName"]] = dict(call)
        return {}
