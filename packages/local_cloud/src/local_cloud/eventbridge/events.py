"""Events of AWS services on the default event bus."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from ministack.core.responses import request_scope
from ministack.services import eventbridge

from local_cloud.account import ACCOUNT_ID, REGION


def emit_event(
    source: str,
    detail_type: str,
    detail: dict[str, Any],
    resources: Sequence[str] = (),
    *,
    account: str = ACCOUNT_ID,
    region: str = REGION,
) -> str:
    """Publish an event as the service `source` (`aws.…`) would, and return its id.

    PutEvents itself refuses `aws.*` sources, here as on AWS.
    """
    entry = {
        "Source": source,
        "DetailType": detail_type,
        "Resources": list(resources),
        "Detail": json.dumps(detail),
    }
    with request_scope(account, region):
        _, _, body = eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)
    result = json.loads(body)
    if result["FailedEntryCount"]:
        raise ValueError(f"event {detail_type!r} was refused: {result['Entries'][0]}")
    return str(result["Entries"][0]["EventId"])


def emitted() -> list[dict[str, Any]]:
    """Every event put on a bus of the default account and region, oldest first."""
    with request_scope(ACCOUNT_ID, REGION):
        return [
            {
                "id": record["EventId"],
                "source": record["Source"],
                "detail-type": record["DetailType"],
                "detail": json.loads(record["Detail"]),
                "resources": record["Resources"],
                "time": record["Time"],
            }
            for record in eventbridge._events_log_list()
        ]


def fire_schedule(rule_name: str) -> None:
    """Let the schedule of a rule on the default bus come due now.

    Raises ValueError when there is no such rule or it has no schedule.
    """
    with request_scope(ACCOUNT_ID, REGION):
        key = eventbridge._rule_key(rule_name, "default")
        rule = eventbridge._rules.get(key)
    if not rule or not rule.get("ScheduleExpression"):
        raise ValueError(f"there is no rule {rule_name!r} with a schedule")
    eventbridge._rule_last_fired[ACCOUNT_ID, REGION, key] = 0.0
    eventbridge._tick_scheduled_rules()
