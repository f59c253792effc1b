"""What stacks leave behind outside SageMaker, for the teardown."""

from __future__ import annotations

from typing import Any

from tests.fakes.client import FakeClient, client_error
from tests.fakes.seconds import Seconds


class FakeIam(FakeClient):
    """Inline policies by role; `persists` is for how long AWS goes on granting a deleted one."""

    service = "iam"

    def __init__(self, clock: Seconds, **policies: list[str]) -> None:
        super().__init__()
        self.clock, self.persists = clock, 0.0
        self.policies = policies
        self.deleted_at: dict[str, float] = {}

    def grants(self, role: str) -> bool:
        """Whether calls of the role are let through by now."""
        deleted_at = self.deleted_at.get(role, self.clock.now)
        return bool(self.policies[role]) or self.clock.now < deleted_at + self.persists

    def _list_role_policies(self, **call: Any) -> Any:
        if call["RoleName"] not in self.policies:
            raise client_error("NoSuchEntity", "ListRolePolicies")
        return {"PolicyNames": list(self.policies[call["RoleName"]])}

    def _delete_role_policy(self, **call: Any) -> Any:
        self.policies[call["RoleName"]].remove(call["PolicyName"])
        self.deleted_at[call["RoleName"]] = self.clock.now
        return {}


class FakeLogs(FakeClient):
    """Streams by group."""

    service = "logs"

    def __init__(self) -> None:
        super().__init__()
        self.groups: dict[str, list[str]] = {}
        self.retentions: dict[str, int] = {}

    def _describe_log_groups(self, **call: Any) -> Any:
        return {
            "logGroups": [
                {"logGroupName": name}
                | ({"retentionInDays": self.retentions[name]} if name in self.retentions else {})
                for name in self.groups
                if name.startswith(call["logGroupNamePrefix"])
            ]
        }

    def _describe_log_streams(self, **call: Any) -> Any:
        if call["logGroupName"] not in self.groups:
            raise client_error("ResourceNotFoundException", "DescribeLogStreams")
        prefix = call.get("logStreamNamePrefix", "")
        names = [n for n in self.groups[call["logGroupName"]] if n.startswith(prefix)]
        return {"logStreams": [{"logStreamName": name} for name in names]}

    def _delete_log_stream(self, **call: Any) -> Any:
        self.groups[call["logGroupName"]].remove(call["logStreamName"])
        return {}

    def _delete_log_group(self, **call: Any) -> Any:
        del self.groups[call["logGroupName"]]
        return {}


class FakeAlarms(FakeClient):
    """Alarms by name."""

    service = "cloudwatch"

    def __init__(self, *names: str) -> None:
        super().__init__()
        self.names = set(names)

    def _describe_alarms(self, **call: Any) -> Any:
        prefix = call["AlarmNamePrefix"]
        return {"MetricAlarms": [{"AlarmName": n} for n in self.names if n.startswith(prefix)]}

    def _delete_alarms(self, **call: Any) -> Any:
        self.names -= set(call["AlarmNames"])
        return {}


class FakeTargets(FakeClient):
    """Scalable targets by resource id."""

    service = "application-autoscaling"

    def __init__(self, *resources: str) -> None:
        super().__init__()
        self.resources = list(resources)

    def _describe_scalable_targets(self, **call: Any) -> Any:
        return {"ScalableTargets": [{"ResourceId": item} for item in self.resources]}

    def _deregister_scalable_target(self, **call: Any) -> Any:
        self.resources.remove(call["ResourceId"])
        return {}
