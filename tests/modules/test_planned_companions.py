"""Every resource that needs companions has them: what the features cannot count."""

from __future__ import annotations

import json
import re

import pytest

from tests.modules.planner import Plan
from vis_assis.build.environments import ROOT

BUCKET_COMPANIONS = [
    "lifecycle_configuration",
    "ownership_controls",
    "policy",
    "public_access_block",
    "server_side_encryption_configuration",
    "versioning",
]


def planned(plan: Plan, kind: str, attribute: str) -> list[str]:
    return sorted(str(values[attribute]) for values in plan.of_type(kind).values())


@pytest.mark.parametrize("companion", BUCKET_COMPANIONS)
def test_every_bucket_has_one(default_plan: Plan, companion: str) -> None:
    buckets = planned(default_plan, "aws_s3_bucket", "bucket")
    assert planned(default_plan, f"aws_s3_bucket_{companion}", "bucket") == buckets


def test_every_bucket_but_the_logs_own_is_logged(default_plan: Plan) -> None:
    logs = default_plan.outputs["access_logs_bucket"]
    buckets = planned(default_plan, "aws_s3_bucket", "bucket")
    logged = default_plan.of_type("aws_s3_bucket_logging").values()
    assert sorted(values["bucket"] for values in logged) == [b for b in buckets if b != logs]
    assert {values["target_bucket"] for values in logged} == {logs}


def test_every_alarm_has_a_runbook(default_plan: Plan) -> None:
    page = (ROOT / "docs" / "operations.md").read_text()
    headings = [line for line in page.splitlines() if line.startswith("## `")]
    endings = re.findall(r"`\{[a-z]+\}(-[a-z-]+)`", " ".join(headings))
    alarms = planned(default_plan, "aws_cloudwatch_metric_alarm", "alarm_name")
    named = planned(default_plan, "aws_cloudwatch_metric_alarm", "alarm_description")
    links = {text.rpartition(" ")[2] for text in named}
    assert links == {
        f"docs/operations.md#{re.sub('[^a-z -]', '', h[3:]).replace(' ', '-')}" for h in headings
    }
    assert [alarm for alarm in alarms if not alarm.endswith(tuple(endings))] == []
    assert [end for end in endings if not any(alarm.endswith(end) for alarm in alarms)] == []


def watched(plan: Plan) -> set[tuple[str, str]]:
    """What the alarms watch: names of metrics, each with the values of its dimensions."""
    metrics = [
        metric
        for values in plan.of_type("aws_cloudwatch_metric_alarm").values()
        for metric in [values, *(m for query in values["metric_query"] for m in query["metric"])]
        if metric.get("metric_name")
    ]
    return {
        (metric["metric_name"], "/".join((metric.get("dimensions") or {}).values()))
        for metric in metrics
    }


def test_every_function_has_a_log_group(default_plan: Plan) -> None:
    functions = planned(default_plan, "aws_lambda_function", "function_name")
    groups = planned(default_plan, "aws_cloudwatch_log_group", "name")
    assert [name for name in groups if name.startswith("/aws/lambda/")] == [
        f"/aws/lambda/{name}" for name in functions
    ]


def test_every_function_alarms_but_those_whose_errors_fail_a_run_of_terraform(
    default_plan: Plan, team_plan: Plan
) -> None:
    for plan in (default_plan, team_plan):
        invoked = set(planned(plan, "aws_lambda_invocation", "function_name"))
        woken = set(planned(plan, "aws_lambda_event_source_mapping", "function_name"))
        functions = set(planned(plan, "aws_lambda_function", "function_name"))
        alarmed = {name for found, name in watched(plan) if found == "Errors"}
        assert alarmed == functions - (invoked - woken)
    assert {
        entry for entry in watched(default_plan) if entry[0] in {"Faults", "RefusedCandidates"}
    } >= {
        ("Faults", "vis-assis-invoke-navigation"),
        ("Faults", "vis-assis-model-urls"),
        ("RefusedCandidates", "vis-assis-promote-model"),
    }


def test_the_alarms_stay_few(default_plan: Plan, team_plan: Plan) -> None:
    for plan in (default_plan, team_plan):
        assert len(plan.of_type("aws_cloudwatch_metric_alarm")) <= 16
        assert len(watched(plan)) <= 24, "AWS bills an alarm by the metrics in it"


def test_every_dead_letter_queue_and_every_source_queue_alarms(default_plan: Plan) -> None:
    queues = default_plan.of_type("aws_sqs_queue").values()
    sources = sorted(values["name"] for values in queues if values.get("redrive_policy"))
    failed = [
        json.loads(values["redrive_policy"])["deadLetterTargetArn"].split(":")[-1]
        for values in queues
        if values.get("redrive_policy")
    ]
    targets = default_plan.of_type("aws_cloudwatch_event_target").values()
    kept = [values["dead_letter_config"][0] for values in targets if values["dead_letter_config"]]
    undelivered = {config["arn"].split(":")[-1] for config in kept}
    assert sources
    assert sorted([*sources, *failed, *undelivered]) == planned(
        default_plan, "aws_sqs_queue", "name"
    )
    assert watched(default_plan) >= {
        *(("ApproximateNumberOfMessagesVisible", name) for name in [*failed, *undelivered]),
        *(("ApproximateAgeOfOldestMessage", name) for name in sources),
    }


def test_an_event_that_reached_no_queue_alarms(default_plan: Plan) -> None:
    """One rule of each queue is watched: those of a queue are let in by one statement."""
    targets = default_plan.of_type("aws_cloudwatch_event_target").values()
    lost = {True: "InvocationsFailedToBeSentToDlq", False: "FailedInvocations"}
    rules = {v["rule"]: (v["arn"], lost[bool(v["dead_letter_config"])]) for v in targets}
    seen = [rules[rule] for metric, rule in watched(default_plan) if metric in lost.values()]
    assert sorted(seen) == sorted(set(rules.values()))


def test_every_event_source_is_a_queue_with_dead_letters(default_plan: Plan) -> None:
    mappings = default_plan.of_type("aws_lambda_event_source_mapping").values()
    sources = sorted(values["event_source_arn"].split(":")[-1] for values in mappings)
    queues = default_plan.of_type("aws_sqs_queue").values()
    assert sources == sorted(values["name"] for values in queues if values.get("redrive_policy"))
    assert {values["batch_size"] for values in mappings} == {1}


def test_every_role_is_bounded_once_a_boundary_is_given(
    default_plan: Plan, team_plan: Plan
) -> None:
    bounds = [
        {values.get("permissions_boundary") for values in plan.of_type("aws_iam_role").values()}
        for plan in (default_plan, team_plan)
    ]
    assert bounds == [{None}, {"arn:aws:iam::123456789012:policy/vis-assis-boundary"}]
