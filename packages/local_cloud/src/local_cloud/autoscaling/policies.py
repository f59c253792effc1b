"""Scaling policies."""

from __future__ import annotations

import json
from typing import Any

from moto.applicationautoscaling.models import ApplicationAutoscalingBackend
from moto.core.exceptions import JsonRESTError

from local_cloud.autoscaling.alarms import delete_alarms, put_alarms
from local_cloud.autoscaling.targets import require_target


def apply(response: Any) -> None:
    """Apply the corrections of this module."""
    policies_need_a_target_and_keep_their_identity()
    deleting_needs_a_policy()
    scheduled_actions_need_a_target()
    deleting_needs_a_scheduled_action()
    policies_are_described_by_resource()
    policies_are_described_by_name(response)


def policies_need_a_target_and_keep_their_identity() -> None:
    """AWS refuses a policy without target, and an update keeps ARN, creation time and alarms.

    moto took a policy for anything and made a new one of every update.
    """
    original = ApplicationAutoscalingBackend.put_scaling_policy

    def put_scaling_policy(self: Any, **named: Any) -> Any:
        require_target(
            self, named["service_namespace"], named["resource_id"], named["scalable_dimension"]
        )
        old = next((p for p in self.policies.values() if _is_same(p, named)), None)
        policy = original(self, **named)
        if old is not None:
            policy._guid, policy.policy_arn = old._guid, old.policy_arn
            policy.creation_time = old.creation_time
        if policy.policy_type == "TargetTrackingScaling":
            policy.alarms = put_alarms(self, policy, old.alarms if old else policy.alarms)
        return policy

    ApplicationAutoscalingBackend.put_scaling_policy = put_scaling_policy


def deleting_needs_a_policy() -> None:
    """AWS answers ObjectNotFoundException for an unknown policy; moto ValidationException."""
    original = ApplicationAutoscalingBackend.delete_scaling_policy

    def delete_scaling_policy(self: Any, **named: Any) -> None:
        policy = next((p for p in self.policies.values() if _is_same(p, named)), None)
        if policy is None:
            raise JsonRESTError(
                "ObjectNotFoundException",
                f"No scaling policy found for service namespace: {named['service_namespace']}, "
                f"resource ID: {named['resource_id']}, scalable dimension: "
                f"{named['scalable_dimension']}, policy name: {named['policy_name']}",
            )
        delete_alarms(self, policy)
        policy.alarms = []  # moto would look for them in its own CloudWatch
        original(self, **named)

    ApplicationAutoscalingBackend.delete_scaling_policy = delete_scaling_policy


def scheduled_actions_need_a_target() -> None:
    """AWS refuses a scheduled action without target; moto took it."""
    original = ApplicationAutoscalingBackend.put_scheduled_action

    def put_scheduled_action(self: Any, **named: Any) -> None:
        require_target(
            self, named["service_namespace"], named["resource_id"], named["scalable_dimension"]
        )
        original(self, **named)

    ApplicationAutoscalingBackend.put_scheduled_action = put_scheduled_action


def deleting_needs_a_scheduled_action() -> None:
    """AWS answers ObjectNotFoundException for an unknown scheduled action; moto succeeded.

    botocore's service model, ObjectNotFoundException: "for any operation that deletes or
    deregisters a resource, this exception is thrown if the resource cannot be found". The wording
    is the local cloud's own.
    """
    original = ApplicationAutoscalingBackend.delete_scheduled_action

    def delete_scheduled_action(self: Any, **named: Any) -> None:
        before = len(self.scheduled_actions)
        original(self, **named)
        if len(self.scheduled_actions) == before:
            raise JsonRESTError(
                "ObjectNotFoundException",
                f"No scheduled action found for service namespace: {named['service_namespace']}, "
                f"resource ID: {named['resource_id']}, scalable dimension: "
                f"{named['scalable_dimension']}, scheduled action name: "
                f"{named['scheduled_action_name']}",
            )

    ApplicationAutoscalingBackend.delete_scheduled_action = delete_scheduled_action


def policies_are_described_by_resource() -> None:
    """AWS compares whole resource ids; moto looked for one inside the other."""
    original = ApplicationAutoscalingBackend.describe_scaling_policies

    def describe_scaling_policies(self: Any, **named: Any) -> Any:
        token, policies = original(self, **named)
        wanted = named.get("resource_id")
        return token, [p for p in policies if not wanted or p.resource_id == wanted]

    ApplicationAutoscalingBackend.describe_scaling_policies = describe_scaling_policies


def policies_are_described_by_name(response: Any) -> None:
    """AWS narrows the answer to PolicyNames; moto ignored them."""
    original = response.describe_scaling_policies

    def describe_scaling_policies(self: Any) -> str:
        answer = json.loads(original(self))
        names = self._get_param("PolicyNames")
        answer["ScalingPolicies"] = [
            policy
            for policy in answer["ScalingPolicies"]
            if not names or policy["PolicyName"] in names
        ]
        return json.dumps(answer)

    response.describe_scaling_policies = describe_scaling_policies


def _is_same(policy: Any, named: dict[str, Any]) -> bool:
    fields = ("policy_name", "service_namespace", "resource_id", "scalable_dimension")
    return all(getattr(policy, field) == named[field] for field in fields)
