"""EventBridge deliveries: permissions, dead letters, schedules."""

from __future__ import annotations

import json
import logging
from contextvars import ContextVar, copy_context
from typing import Any

from ministack.core import iam_evaluator
from ministack.core.iam_evaluator import EvalContext, evaluate_resource_policy
from ministack.core.responses import error_response_json, get_account_id, get_region
from ministack.services import cloudwatch, eventbridge, lambda_svc, sqs

logger = logging.getLogger(__name__)

Delivery = tuple[dict[str, Any], dict[str, Any]]

_current: ContextVar[Delivery] = ContextVar("local_cloud_delivery")
_SCHEDULER_SECONDS = 1


def apply() -> None:
    """Apply the corrections of this module."""
    _remember_target_and_rule()
    functions_need_permission_and_retry()
    queues_need_permission()
    dead_letter_queues_are_standard_queues()
    schedules_are_looked_at_every_second()


def _remember_target_and_rule() -> None:
    original = eventbridge._invoke_target

    def _invoke_target(target: Any, event: Any, rule: Any, view: Any = None) -> None:
        token = _current.set((target, rule))
        try:
            original(target, event, rule, view)
        finally:
            _current.reset(token)

    eventbridge._invoke_target = _invoke_target


def functions_need_permission_and_retry() -> None:
    """AWS invokes a function asynchronously, with retries, if its resource policy allows the rule.

    MiniStack ran it once, whatever the policy said.
    """

    def _dispatch_to_lambda(arn: str, payload: str) -> None:
        _, rule = _current.get()
        function, config, name = lambda_svc._get_func_record_for_ref(arn)
        if not function or not config:
            _undeliverable(payload, "RESOURCE_NOT_FOUND", f"function {arn} does not exist")
        elif not function_allows(function, arn, "events.amazonaws.com", rule.get("Arn", "")):
            _undeliverable(payload, "NO_PERMISSIONS", f"no lambda permission for rule on {name}")
        else:
            record = lambda_svc._execution_record_for_config(function, config)
            lambda_svc.invoke_async_with_retry(record, json.loads(payload))

    eventbridge._dispatch_to_lambda = _dispatch_to_lambda


def queues_need_permission() -> None:
    """AWS sends to a queue only if its policy allows the rule; MiniStack sent to any.

    A FIFO queue needs content-based deduplication, which then also applies, and its target a
    message group; MiniStack made a group up and never deduplicated.
    """

    def _dispatch_to_sqs(spec: Any, payload: str, parameters: Any = None) -> None:
        _, rule = _current.get()
        arn, group = str(spec), (parameters or {}).get("MessageGroupId", "")
        queue = sqs._queue_by_arn(arn)
        if queue is None:
            _undeliverable(payload, "RESOURCE_NOT_FOUND", f"queue {arn} does not exist")
        elif not sqs.queue_policy_allows(
            arn, "events.amazonaws.com", rule.get("Arn", ""), get_account_id()
        ):
            _undeliverable(payload, "NO_PERMISSIONS", f"the policy of queue {arn} refuses the rule")
        else:
            try:
                _send(queue, payload, group)
            except sqs._Err as refused:
                _undeliverable(payload, "INVALID_PARAMETER", f"queue {arn}: {refused}")

    eventbridge._dispatch_to_sqs = _dispatch_to_sqs


def dead_letter_queues_are_standard_queues() -> None:
    """AWS refuses a target whose dead-letter queue is a FIFO queue; MiniStack took any."""
    original = eventbridge._validate_target_arn

    def _validate_target_arn(target: Any) -> Any:
        if (target.get("DeadLetterConfig") or {}).get("Arn", "").endswith(".fifo"):
            message = "SQS FIFO is not supported by Dead Letter Queues."
            return error_response_json("ValidationException", message, 400)
        return original(target)

    eventbridge._validate_target_arn = _validate_target_arn


def schedules_are_looked_at_every_second() -> None:
    """AWS fires a rate within its minute; MiniStack looked every 10 seconds only.

    Rules with both a pattern and a schedule fire on either, as on AWS.
    """
    eventbridge._SCHEDULER_TICK_INTERVAL = _SCHEDULER_SECONDS


def function_allows(function: Any, arn: str, service: str, source_arn: str) -> bool:
    """Whether the function's resource policy lets `service` invoke it for `source_arn`."""
    context = EvalContext(
        principal_arn=service,
        principal_type="Service",
        principal_account="",
        action="lambda:InvokeFunction",
        resource_arn=arn,
        region=get_region(),
        service_context={"aws:sourcearn": source_arn, "aws:sourceaccount": get_account_id()},
    )
    policy = function.get("policy")
    return bool(evaluate_resource_policy(policy, context, service=service).decision == "Allow")


def _send(
    queue: dict[str, Any], body: str, group: str = "", attributes: dict[str, str] | None = None
) -> None:
    """SendMessage as the service: the caller that caused the event plays no part."""
    message = {
        "QueueUrl": sqs._queue_url(queue["attributes"]["QueueArn"].rsplit(":", 1)[1]),
        "MessageBody": body,
        "MessageAttributes": {
            name: {"DataType": "String", "StringValue": value}
            for name, value in (attributes or {}).items()
        },
        **({"MessageGroupId": group} if group else {}),
    }
    context = copy_context()
    context.run(iam_evaluator._request_caller_arn.set, "events.amazonaws.com")
    context.run(sqs._act_send_message, message, message["QueueUrl"])


def _undeliverable(payload: str, code: str, message: str) -> None:
    """A failed delivery goes to the target's own dead-letter queue, if it has one, and is counted.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
    """
    target, rule = _current.get()
    logger.warning("rule %s, target %s: %s: %s", rule["Name"], target["Arn"], code, message)
    _count("FailedInvocations", rule)
    arn = (target.get("DeadLetterConfig") or {}).get("Arn")
    if not arn:
        return
    queue = sqs._queue_by_arn(arn)
    if queue is None or not sqs.queue_policy_allows(
        arn, "events.amazonaws.com", rule["Arn"], get_account_id()
    ):
        _count("InvocationsFailedToBeSentToDlq", rule)
        return
    attributes = {
        "RULE_ARN": rule["Arn"],
        "TARGET_ARN": target["Arn"],
        "ERROR_CODE": code,
        "ERROR_MESSAGE": message,
    }
    _send(queue, payload, attributes=attributes)
    _count("InvocationsSentToDlq", rule)


def _count(metric: str, rule: dict[str, Any]) -> None:
    cloudwatch.record_metric("AWS/Events", metric, 1, "Count", {"RuleName": rule["Name"]})
