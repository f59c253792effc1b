"""IAM for the services that MiniStack does not serve: same evaluator, same roles, same wording."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id
from ministack.services import iam

from local_cloud.gateway import calls
from local_cloud.gateway.aws_request import AwsRequest, AwsResponse, error_response
from local_cloud.iam.checks import Check, around_checks
from local_cloud.iam.permissions import resource_arns

_ROLE_PARAMETERS = ("RoleArn", "ExecutionRoleArn")
_PASSED_TO = {"sagemaker": "sagemaker.amazonaws.com"}
_CONDITION_KEYS = {
    "application-autoscaling": {
        "application-autoscaling:scalable-dimension": "ScalableDimension",
        "application-autoscaling:service-namespace": "ServiceNamespace",
    },
    "sagemaker": {
        "sagemaker:ModelApprovalStatus": "ModelApprovalStatus",
    },
}
"""Condition keys whose values a request carries, as the service authorization reference has it."""


def refusal(
    request: AwsRequest, operation: str, parameters: dict[str, Any], denied_status: int = 400
) -> AwsResponse | None:
    """The error to answer when the caller may not do `operation`, else None.

    Checks the signature, the action on each of its resources, sagemaker:AddTags when the
    request carries tags, and iam:PassRole for every role it hands over.
    """
    account = get_account_id()
    action = f"{request.service}:{operation}"
    resources = resource_arns(request.service, operation, parameters, request.region, account)
    context = _context(request.service, operation, parameters)
    checks: list[tuple[str, str, dict[str, Any]]] = [(action, arn, context) for arn in resources]
    if request.service == "sagemaker":
        if parameters.get("Tags") and operation.startswith("Create"):
            tagging = {**_tags(parameters), "sagemaker:TaggingAction": operation}
            checks.append(("sagemaker:AddTags", resources[-1], tagging))
        checks += [
            ("iam:PassRole", parameters[name], {"iam:PassedToService": _PASSED_TO["sagemaker"]})
            for name in _ROLE_PARAMETERS
            if parameters.get(name)
        ]
    for checked_action, arn, context in checks:
        denied = iam_evaluator.enforce(
            request.access_key,
            checked_action,
            request.service,
            request.region,
            resource_arn=arn,
            service_context=context,
        )
        if isinstance(denied, iam_evaluator.AuthError):
            return error_response(denied.code, denied.message, denied_status)
        if denied is not None:
            why = (
                "with an explicit deny in an identity-based policy"
                if denied.decision == "Deny"
                else f"because no identity-based policy allows the {checked_action} action"
            )
            message = (
                f"User: {denied.principal_arn} is not authorized to perform: {checked_action} "
                f"on resource: {arn} {why}"
            )
            return error_response("AccessDeniedException", message, denied_status)
    return None


def _context(service: str, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """Reading has none of the keys in the reference."""
    if operation.startswith(("Describe", "List")):
        return {}
    named = _CONDITION_KEYS.get(service, {})
    found = {key: parameters[name] for key, name in named.items() if parameters.get(name)}
    cluster = (parameters.get("ProcessingResources") or {}).get("ClusterConfig") or {}
    cluster = cluster or parameters.get("ResourceConfig") or {}
    if cluster.get("InstanceType"):
        found["sagemaker:InstanceTypes"] = [cluster["InstanceType"]]
    return found | _tags(parameters)


def _tags(parameters: dict[str, Any]) -> dict[str, Any]:
    given = parameters.get("Tags")
    if not isinstance(given, list):
        return {}
    context = {f"aws:RequestTag/{tag['Key']}": tag["Value"] for tag in given}
    return {**context, "aws:TagKeys": [tag["Key"] for tag in given]}


def record_every_check() -> None:
    """AWS has CloudTrail; MiniStack's evaluator kept no trace of what it decided.

    All services ask `enforce`: around it, `calls` sees each decision.
    """

    def recorded(check: Check, decide: Callable[[Check], Any]) -> Any:
        denied = decide(check)
        principal = _principal(check.access_key_id)
        calls.record(check.iam_action, [check.resource_arn], principal, allowed=denied is None)
        return denied

    around_checks(recorded)


def name_the_role_of_a_session() -> None:
    """For the session of a role, aws:PrincipalArn is the ARN of the role, not of the session.

    Source: IAM User Guide, global condition keys, aws:PrincipalArn.
    """
    original = iam_evaluator._resolve_condition_key

    def resolve(key: str, context: Any) -> Any:
        if key.lower() != "aws:principalarn" or ":assumed-role/" not in context.principal_arn:
            return original(key, context)
        name = context.principal_arn.split("/")[1]
        role = iam._roles.get_scoped(context.principal_account, None, name)
        return role["Arn"] if role else context.principal_arn

    iam_evaluator._resolve_condition_key = resolve


def _principal(access_key_id: str) -> str:
    if not access_key_id:
        return "anonymous"
    principal = iam_evaluator.resolve_principal(access_key_id, get_account_id())
    return "unknown" if isinstance(principal, iam_evaluator.AuthError) else str(principal.arn)
