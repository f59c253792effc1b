"""Conditions on tags of networks, HTTP APIs, Studio and user pools, as AWS evaluates them.

Source where none is named: service authorization reference of each service.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from ministack.core import iam_actions, iam_evaluator
from ministack.core.responses import get_account_id, get_region
from ministack.services import apigateway, lambda_svc, tagging

from local_cloud.ec2 import service as ec2_service
from local_cloud.iam.checks import Check, around_checks
from local_cloud.sagemaker import tags as sagemaker_tags

Context = dict[str, Any]
CHECKS = "local-cloud:checks"
_MADE = {"CreateFlowLogs": "vpc-flow-log", "CreateSubnet": "subnet", "CreateVpc": "vpc"}
_KINDS = {"fl": "vpc-flow-log", "sg": "security-group", "subnet": "subnet", "vpc": "vpc"}
_IDS = ("FlowLogId.", "GroupId", "ResourceId.", "SubnetId", "VpcId")
_functions = tagging._RESOURCE_TAG_COLLECTORS["lambda"]


def apply() -> None:
    """Apply the corrections of this module."""
    more_resources_carry_their_tags()
    more_requests_carry_their_tags()
    some_requests_take_several_checks()


def more_resources_carry_their_tags() -> None:
    """AWS fills aws:ResourceTag for these, and for boundaries; MiniStack did for few services.

    Routes, integrations and authorizers of an HTTP API have no tags: only those of REST APIs
    inherit. https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-tagging-supported-resources.html
    """
    tagging._RESOURCE_TAG_COLLECTORS.update(
        apigateway=lambda: (
            (arn, tagging._normalise_flat(tags)) for arn, tags in apigateway._api_tags.items()
        ),
        ec2=_networks,
        sagemaker=sagemaker_tags.every_tagged,
    )
    tagging._RESOURCE_TAG_COLLECTORS["lambda"] = _functions_and_mappings
    # It looked whether a policy of the role names the key, and not at the role's boundary.
    iam_evaluator._names_condition_key = lambda _policies, _prefix: True


def more_requests_carry_their_tags() -> None:
    """AWS fills aws:RequestTag and aws:TagKeys for these; MiniStack knew other members only."""
    original = iam_actions.request_tag_context

    def request_tag_context(
        service: str, iam_action: str, body: bytes, params: dict[str, Any]
    ) -> Context:
        context: Context = original(service, iam_action, body, params)
        if service == "apigateway":
            sent = json.loads(body) if body[:1] == b"{" else {}
            return {**context, **_given(sent.get("tags") or {}, params.get("tagKeys", []))}
        if iam_action == "cognito-idp:CreateUserPool":
            return {**context, **_given(json.loads(body).get("UserPoolTags") or {})}
        if service == "ec2":
            return _of_network(iam_action, params, context)
        return context

    iam_actions.request_tag_context = request_tag_context


def some_requests_take_several_checks() -> None:
    """AWS checks a new subnet and its VPC apart, and ec2:CreateTags with its ec2:CreateAction.

    It asks for apigateway:TagResource on the stages of an API for a stage with tags, which no
    reference lists: hashicorp/terraform-provider-aws#20634, aws-amplify/amplify-studio#889.
    MiniStack checked one action on one resource.
    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/supported-iam-actions-tagging.html
    """

    def one_by_one(check: Check, decide: Callable[[Check], Any]) -> Any:
        context = dict(check.service_context or {})
        checks = context.pop(CHECKS, None) or [(check.iam_action, check.resource_arn, {})]
        if check.iam_action == "apigateway:POST" and check.resource_arn.endswith("/stages"):
            tagged = "aws:TagKeys" in context
            checks += [("apigateway:TagResource", check.resource_arn, {})] * tagged
        for action, arn, more in checks:
            part = check._replace(
                iam_action=action, resource_arn=arn, service_context={**context, **more}
            )
            denied = decide(part)
            if denied is not None:
                return denied
        return None

    around_checks(one_by_one)


def _given(tags: dict[str, str], keys: Any = ()) -> Context:
    """The condition keys of a request that sets these tags, or removes these keys."""
    named = [*tags, *([keys] if isinstance(keys, str) else keys)]
    context: Context = {f"aws:RequestTag/{key}": value for key, value in tags.items()}
    return {**context, "aws:TagKeys": named} if named else context


def _of_network(iam_action: str, params: dict[str, Any], context: Context) -> Context:
    operation = iam_action.partition(":")[2]
    ids = [values[0] for name, values in params.items() if name.startswith(_IDS)]
    if operation.startswith("Describe") or not (ids or operation in _MADE):
        return context
    prefix = f"arn:aws:ec2:{get_region()}:{get_account_id()}"
    checks: list[tuple[str, str, Context]] = [
        (iam_action, arn, {}) for arn in map(_arn_of, ids) if arn is not None
    ]
    if operation in _MADE:
        made = f"{prefix}:{_MADE[operation]}/*"
        tags = _given(
            {
                values[0]: params[name.removesuffix("Key") + "Value"][0]
                for name, values in params.items()
                if name.startswith("TagSpecification.") and name.endswith(".Key")
            }
        )
        checks.append((iam_action, made, tags))
        if tags:
            checks.append(("ec2:CreateTags", made, {**tags, "ec2:CreateAction": operation}))
    return {**context, CHECKS: checks} if checks else context


def _arn_of(resource_id: str) -> str | None:
    kind = _KINDS.get(resource_id.partition("-")[0])
    return kind and f"arn:aws:ec2:{get_region()}:{get_account_id()}:{kind}/{resource_id}"


def _networks() -> Iterator[tuple[str, list[dict[str, str]]]]:
    for resource_id, tags in ec2_service.module()._tags.items():
        if arn := _arn_of(resource_id):
            yield arn, tags


def _functions_and_mappings() -> Iterator[tuple[str, list[dict[str, str]]]]:
    yield from _functions()
    for mapping_id, mapping in lambda_svc._esms.items():
        yield lambda_svc._esm_arn(mapping_id), tagging._normalise_flat(mapping.get("Tags"))
