"""A plan with one violation for each scenario, to prove that the scenarios can fail."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

JsonObject = dict[str, Any]
Change = Callable[[JsonObject], None]
BUCKET = 'module.model_buckets.module.bucket["production"].'
QUEUE = "module.model_promotion.module.event_queue."
FUNCTION = "module.model_promotion.module.function."


def broken(document: JsonObject) -> JsonObject:
    """A copy of the plan in which every rule of the features is violated once.

    Parameters:
        document: a plan as `terraform show -json` gives it.
    """
    plan = copy.deepcopy(document)
    for address, change in BUCKET_CHANGES.items():
        _change(plan, f"{BUCKET}aws_s3_bucket_{address}.this", change)
    _change(plan, f"{QUEUE}aws_sqs_queue.dead_letters", _without_denials)
    _change(plan, "module.observability.aws_sns_topic.alarms", _without_denials)
    _change(plan, f"{QUEUE}aws_sqs_queue.this", _careless_queue)
    _change(plan, f'{QUEUE}aws_cloudwatch_event_target.queue["depth"]', _set(dead_letter_config=[]))
    _change(plan, f'{QUEUE}aws_cloudwatch_metric_alarm.this["dead-letters"]', _set(threshold=100))
    _change(plan, f"{FUNCTION}aws_cloudwatch_metric_alarm.this[0]", _set(alarm_actions=[]))
    _change(plan, f"{FUNCTION}aws_cloudwatch_log_group.this", _set(retention_in_days=0))
    _change(plan, f"{FUNCTION}aws_lambda_function.this", _set(tags_all={}))
    return plan


def _without_denials(values: JsonObject) -> None:
    policy = json.loads(values["policy"])
    kept = [entry for entry in policy["Statement"] if entry["Effect"] == "Allow"]
    values["policy"] = json.dumps({**policy, "Statement": kept})


def _set(**changes: Any) -> Change:
    return lambda values: values.update(changes)


def _careless_queue(values: JsonObject) -> None:
    _without_denials(values)
    values["sqs_managed_sse_enabled"] = False
    values["redrive_policy"] = json.dumps({"deadLetterTargetArn": "arn:aws:sqs:::elsewhere"})


def _modules(module: JsonObject) -> list[JsonObject]:
    below = [found for child in module.get("child_modules", []) for found in _modules(child)]
    return [module, *below]


def _change(plan: JsonObject, address: str, change: Change) -> None:
    _require(plan, address)
    for module in _modules(plan["planned_values"]["root_module"]):
        for resource in module.get("resources", []):
            if resource["address"] == address:
                change(resource["values"])
    for entry in plan["resource_changes"]:
        if entry["address"] == address:
            change(entry["change"]["after"])


def _require(plan: JsonObject, address: str) -> None:
    if all(entry["address"] != address for entry in plan["resource_changes"]):
        raise LookupError(f"the plan has no {address} to break: name a resource that it has")


NO_ENCRYPTION = {"apply_server_side_encryption_by_default": [{"sse_algorithm": "none"}]}
NO_CLEAN_UP = {
    "abort_incomplete_multipart_upload": [{"days_after_initiation": 0}],
    "noncurrent_version_expiration": [{"noncurrent_days": 0}],
}
BUCKET_CHANGES: dict[str, Change] = {
    "lifecycle_configuration": _set(rule=[NO_CLEAN_UP]),
    "ownership_controls": _set(rule=[{"object_ownership": "ObjectWriter"}]),
    "policy": _without_denials,
    "public_access_block": _set(
        block_public_acls=False,
        block_public_policy=False,
        ignore_public_acls=False,
        restrict_public_buckets=False,
    ),
    "server_side_encryption_configuration": _set(rule=[NO_ENCRYPTION]),
    "versioning": _set(versioning_configuration=[{"status": "Suspended"}]),
}
