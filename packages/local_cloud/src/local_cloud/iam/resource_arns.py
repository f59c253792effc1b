"""The resource that a request names in its body, where MiniStack checks it on something wider."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs

from ministack.core import iam_actions

_TARGET_ACTIONS = ("ListTargetsByRule", "PutTargets", "RemoveTargets")
_TAGGED = ("cognito-idp", "events", "monitoring", "sns")


def apply() -> None:
    """Apply the corrections of this module."""
    tags_targets_and_new_functions_are_named()
    concurrency_has_three_actions()


def tags_targets_and_new_functions_are_named() -> None:
    """AWS checks tags on the tagged, targets on their rule and a new function on its name.

    MiniStack checked the listing of tags and the creation of functions and policies on `*`,
    targets on the event bus, and rules of the default bus on the ARN that those of other buses
    have, so that a policy that names the resources was refused.
    """
    original = iam_actions.extract_resource_arn

    def extract_resource_arn(  # noqa: PLR0917 - the signature of the original
        service: str,
        method: str,
        path: str,
        headers: dict[str, str],
        body: bytes,
        query_params: dict[str, Any],
        region: str,
        account_id: str,
    ) -> str:
        operation = headers.get("x-amz-target", "").rpartition(".")[2]
        if service == "lambda" and method == "POST" and path.rstrip("/").endswith("/functions"):
            name = _arguments(headers, body).get("FunctionName", "*")
            return f"arn:aws:lambda:{region}:{account_id}:function:{name}"
        if service == "events" and operation in _TARGET_ACTIONS:
            name = _arguments(headers, body).get("Rule", "*")
            return f"arn:aws:events:{region}:{account_id}:rule/{name}"
        if (
            service == "iam"
            and (given := _arguments(headers, body)).get("Action") == "CreatePolicy"
        ):
            path = given.get("Path", "/")
            return f"arn:aws:iam::{account_id}:policy{path}{given.get('PolicyName', '*')}"
        if service in _TAGGED:
            tagged = _tagged(_arguments(headers, body), query_params)
            if tagged:
                return tagged
        arn = str(original(service, method, path, headers, body, query_params, region, account_id))
        return arn.replace(":rule/default/", ":rule/") if service == "events" else arn

    iam_actions.extract_resource_arn = extract_resource_arn


def concurrency_has_three_actions() -> None:
    """AWS tells getting and deleting a concurrency from putting it; MiniStack did not."""
    original = iam_actions._lambda_action
    verbs = {"GET": "Get", "PUT": "Put", "DELETE": "Delete"}

    def _lambda_action(method: str, path: str) -> str | None:
        action: str | None = original(method, path)
        known = action == "PutFunctionConcurrency" and method in verbs
        return f"{verbs[method]}FunctionConcurrency" if known else action

    iam_actions._lambda_action = _lambda_action


def _tagged(arguments: dict[str, Any], query_params: dict[str, Any]) -> str:
    for name in ("ResourceARN", "ResourceArn"):
        value = arguments.get(name) or (query_params.get(name) or [""])[0]
        if value:
            return str(value)
    return ""


def _arguments(headers: dict[str, str], body: bytes) -> dict[str, Any]:
    """The request's arguments by name, whichever text protocol it comes in."""
    if "json" in headers.get("content-type", "") or body.lstrip()[:1] == b"{":
        parsed = json.loads(body or b"{}")
        return parsed if isinstance(parsed, dict) else {}
    return {name: values[0] for name, values in parse_qs(body.decode(errors="replace")).items()}
