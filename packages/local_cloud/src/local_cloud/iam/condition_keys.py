"""Condition keys that AWS fills from what a request acts on, where MiniStack leaves them out.

Sources: service authorization reference, "Amazon Cognito User Pools" (aws:ResourceTag) and
"AWS Lambda" (lambda:FunctionArn on event source mappings).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from ministack.core import iam_actions
from ministack.services import cognito, lambda_svc, tagging

from local_cloud.iam.checks import Check, around_checks

_MAPPING = ":event-source-mapping:"


def apply() -> None:
    """Apply the corrections of this module."""
    user_pools_carry_their_tags()
    one_mapping_has_three_actions()
    new_mappings_carry_their_function()
    mappings_carry_their_function()


def user_pools_carry_their_tags() -> None:
    """AWS fills aws:ResourceTag from a user pool's tags; MiniStack knew no tags of pools."""
    tagging._RESOURCE_TAG_COLLECTORS["cognito-idp"] = _tagged_pools


def one_mapping_has_three_actions() -> None:
    """AWS tells getting, updating and deleting a mapping apart; MiniStack knew listing only."""
    original = iam_actions._lambda_action
    verbs = {"DELETE": "Delete", "GET": "Get", "PUT": "Update"}

    def _lambda_action(method: str, path: str) -> str | None:
        parts = path.strip("/").split("/")
        if parts[1:2] == ["event-source-mappings"] and parts[2:] and method in verbs:
            return f"{verbs[method]}EventSourceMapping"
        action: str | None = original(method, path)
        return action

    iam_actions._lambda_action = _lambda_action


def new_mappings_carry_their_function() -> None:
    """AWS fills lambda:FunctionArn with the function that a new mapping calls."""
    original = iam_actions.request_tag_context

    def request_tag_context(
        service: str, iam_action: str, body: bytes, query_params: dict[str, Any]
    ) -> dict[str, Any]:
        context: dict[str, Any] = original(service, iam_action, body, query_params)
        if iam_action == "lambda:CreateEventSourceMapping":
            name = json.loads(body or b"{}").get("FunctionName", "")
            function = name if name.startswith("arn:") else lambda_svc._func_arn(name)
            return {**context, "lambda:FunctionArn": function}
        return context

    iam_actions.request_tag_context = request_tag_context


def mappings_carry_their_function() -> None:
    """AWS fills lambda:FunctionArn with the function of the mapping that a request names."""

    def with_function(check: Check, decide: Callable[[Check], Any]) -> Any:
        if _MAPPING in check.resource_arn:
            mapping = lambda_svc._esms.get(check.resource_arn.rpartition(":")[2]) or {}
            function = {"lambda:FunctionArn": mapping.get("FunctionArn", "")}
            context = {**(check.service_context or {}), **function}
            check = check._replace(service_context=context)
        return decide(check)

    around_checks(with_function)


def _tagged_pools() -> Iterator[tuple[str, list[dict[str, str]]]]:
    for pool in cognito._user_pools.values():
        tags = pool.get("UserPoolTags") or {}
        yield pool["Arn"], [{"Key": key, "Value": value} for key, value in tags.items()]
