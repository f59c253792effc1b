"""Lambda: what a function's role must allow, and what its queue must be like."""

from __future__ import annotations

from typing import Any

from ministack.core import iam_evaluator
from ministack.core.responses import error_response_json
from ministack.services import cloudwatch_logs, lambda_svc, sqs

_POLLING_ACTIONS = ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")


def apply() -> None:
    """Apply the corrections of this module."""
    mappings_need_the_roles_permission()
    mappings_need_a_patient_queue()
    logs_need_the_roles_permission()


def mappings_need_the_roles_permission() -> None:
    """AWS refuses a queue's mapping when the function's role may not poll; MiniStack polled."""
    original = lambda_svc._create_esm

    def _create_esm(data: dict[str, Any]) -> Any:
        source, config = data.get("EventSourceArn", ""), _function(data)
        if config and source.startswith("arn:aws:sqs:"):
            missing = [a for a in _POLLING_ACTIONS if not _allowed(config, f"sqs:{a}", source)]
            if missing:
                return _refused(
                    "The provided execution role does not have permissions to call "
                    f"{missing[0]} on SQS"
                )
        return original(data)

    lambda_svc._create_esm = _create_esm


def mappings_need_a_patient_queue() -> None:
    """AWS refuses a queue that shows a message again while the function may still work on it.

    MiniStack took it.
    """
    original = lambda_svc._create_esm

    def _create_esm(data: dict[str, Any]) -> Any:
        queue, config = sqs._queue_by_arn(data.get("EventSourceArn", "")), _function(data)
        if queue and config:
            visible_after = int(queue["attributes"].get("VisibilityTimeout", 30))
            if visible_after < config["Timeout"]:
                return _refused(
                    f"Queue visibility timeout: {visible_after} seconds is less than "
                    f"Function timeout: {config['Timeout']} seconds"
                )
        return original(data)

    lambda_svc._create_esm = _create_esm


def logs_need_the_roles_permission() -> None:
    """AWS writes a function's logs as its role, and drops what that may not; MiniStack kept all."""
    original = lambda_svc._emit_lambda_logs

    def _emit_lambda_logs(func: dict[str, Any], *arguments: Any, **named: Any) -> None:
        config = func.get("config") or func
        if _may_log(config):
            original(func, *arguments, **named)

    lambda_svc._emit_lambda_logs = _emit_lambda_logs


def _may_log(config: dict[str, Any]) -> bool:
    chosen = (config.get("LoggingConfig") or {}).get("LogGroup")
    name = chosen or f"/aws/lambda/{config['FunctionName']}"
    region, account = config["FunctionArn"].split(":")[3:5]
    group = f"arn:aws:logs:{region}:{account}:log-group:{name}"
    needed = {
        "logs:CreateLogStream": f"{group}:log-stream:1",
        "logs:PutLogEvents": f"{group}:log-stream:1",
    }
    if name not in cloudwatch_logs._log_groups:
        needed["logs:CreateLogGroup"] = group
    return all(_allowed(config, action, resource) for action, resource in needed.items())


def _function(mapping: dict[str, Any]) -> dict[str, Any] | None:
    _, config, _ = lambda_svc._get_func_record_for_ref(mapping.get("FunctionName", ""))
    return config or None


def _refused(message: str) -> Any:
    return error_response_json("InvalidParameterValueException", message, 400)


def _allowed(config: dict[str, Any], action: str, resource: str) -> bool:
    region, account = config["FunctionArn"].split(":")[3:5]
    role = config["Role"].rsplit("/", 1)[-1]
    context = iam_evaluator.EvalContext(
        principal_arn=f"arn:aws:sts::{account}:assumed-role/{role}/{config['FunctionName']}",
        principal_type="AssumedRole",
        principal_account=account,
        action=action,
        resource_arn=resource,
        region=region,
    )
    policies = iam_evaluator._gather_role_policies(role, account)
    return bool(iam_evaluator.evaluate(context, policies).decision == "Allow")
