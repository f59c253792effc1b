"""What a stack costs a month at AWS's list prices, at rest and with what runs now."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml
from botocore.exceptions import ClientError

from vis_assis.aws.cloud import Cloud, is_not_found
from vis_assis.aws.data_inventory import bucket_contents
from vis_assis.aws.health import alarms_of
from vis_assis.aws.navigation import instances
from vis_assis.build.environments import ROOT

PRICES = ROOT / "vis_assis" / "aws" / "prices.yaml"
HOURS = 730
MINUTES = HOURS * 60
# Lambda asks a queue with five pollers that each wait 20 seconds for a message.
# https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
POLLS_PER_MINUTE = 5 * 60 / 20
# What one sweep takes: seconds of a gigabyte, requests to S3, bytes of its log.
GB_SECONDS, LISTS, READS, LOG = 0.5, 3, 5, 3000
# Of the index, at the least `model_index_days`; each is a signature.
RENEWALS = HOURS / 24
_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_UNITS = {"minute": 1, "hour": 60, "day": 1440}
NAMESPACE = "VisAssis"


@dataclass(frozen=True)
class Item:
    """A line of the bill.

    Attributes:
        unit: as in prices.yaml.
        quantity: a month, before what is free.
        dollars: a month; None when the price is not known.
        runs_now: whether it ends with what runs now.
    """

    what: str
    unit: str
    quantity: float
    dollars: float | None
    runs_now: bool


@dataclass(frozen=True)
class Cost:
    """The bill of a month.

    Attributes:
        prices_of: when the prices were read.
        at_rest: dollars without navigation and pipelines.
        with_what_runs: dollars if what runs now ran all the month.
    """

    prices_of: str
    items: list[Item]
    at_rest: float
    with_what_runs: float


def estimate(cloud: Cloud, outputs: Mapping[str, Any]) -> Cost:
    """Counts what costs and adds it up; what the account has for free counts as this stack's."""
    prices = yaml.safe_load(PRICES.read_text())
    date = str(prices.pop("date"))
    items = [
        _item(prices, *entry) for entry in [*_at_rest(cloud, outputs), *_running(cloud, outputs)]
    ]
    sums = [
        round(sum(item.dollars or 0 for item in items if runs or not item.runs_now), 2)
        for runs in (False, True)
    ]
    return Cost(date, items, *sums)


Entry = tuple[str, str, float, bool]


def _item(prices: Mapping[str, Any], what: str, unit: str, quantity: float, runs: bool) -> Item:
    found = prices.get(unit)
    if found is None:
        return Item(what, unit, quantity, None, runs)
    paid = max(0.0, quantity - found.get("free", 0))
    return Item(what, unit, quantity, round(paid * found["price"], 2), runs)


def _at_rest(cloud: Cloud, outputs: Mapping[str, Any]) -> Iterator[Entry]:
    cloudwatch = cloud.client("cloudwatch")
    alarms = alarms_of(cloudwatch, outputs["alarm_topic_arn"])
    watched = sum(len([q for q in a.get("Metrics", ()) if "MetricStat" in q]) or 1 for a in alarms)
    yield "alarms", "alarm metric", watched, False
    yield "metrics of our own", "custom metric", _own_metrics(cloudwatch), False
    yield "dashboard", "dashboard", 1, False
    keys = len(outputs.get("model_signing_keys", ()))
    yield "signing", "signing key", keys, False
    yield "signatures", "KMS signature", RENEWALS if keys else 0, False
    queues = 1 + len(outputs["navigation_queue_urls"])
    yield "polling of queues", "FIFO queue request", queues * POLLS_PER_MINUTE * MINUTES, False
    events, promotion = cloud.client("events"), outputs["promotion_rule_names"].values()
    navigation = [n for rules in outputs["navigation_rule_names"].values() for n in rules.values()]
    by_promotion = _sweeps(events, outputs["stack_name"], promotion)
    sweeps = by_promotion + _sweeps(events, outputs["stack_name"], navigation)
    yield "sweeps", "function call", sweeps, False
    yield "sweeps", "function GB-second", sweeps * GB_SECONDS, False
    yield "sweeps", "S3 write or list", by_promotion * LISTS, False
    yield "sweeps", "S3 read", sweeps * READS, False
    yield "sweeps", "log GB", sweeps * LOG / 1e9, False
    for name in ("production_bucket", "output_bucket", "navigation_upload_bucket"):
        contents = bucket_contents(cloud, outputs[name])
        yield outputs[name], "S3 GB", contents.bytes / 1e9 if contents else 0, False


def _running(cloud: Cloud, outputs: Mapping[str, Any]) -> Iterator[Entry]:
    sagemaker, endpoint = cloud.client("sagemaker"), outputs["navigation_endpoint_name"]
    if count := instances(sagemaker, endpoint):
        config = sagemaker.describe_endpoint(EndpointName=endpoint)["EndpointConfigName"]
        variants = sagemaker.describe_endpoint_config(EndpointConfigName=config)
        (variant,) = variants["ProductionVariants"]
        yield endpoint, variant["InstanceType"], count * HOURS, True
    name = outputs["function_names"]["invoke_navigation"]
    functions = cloud.client("lambda")
    if started := _started(functions, name):
        size = functions.get_function_configuration(FunctionName=name)["MemorySize"] / 1024
        yield name, "started GB-second", started * size * HOURS * 3600, True


def _started(functions: Any, name: str) -> int:
    try:
        answer = functions.get_provisioned_concurrency_config(
            FunctionName=name, Qualifier="started"
        )
    except ClientError as error:
        if is_not_found(error):
            return 0
        raise
    return int(answer["RequestedProvisionedConcurrentExecutions"])


def _own_metrics(cloudwatch: Any) -> int:
    pages = cloudwatch.get_paginator("list_metrics").paginate(Namespace=NAMESPACE)
    return sum(len(page["Metrics"]) for page in pages)


def _sweeps(events: Any, prefix: str, names: Collection[str]) -> float:
    pages = events.get_paginator("list_rules").paginate(NamePrefix=prefix)
    rules = [rule for page in pages for rule in page["Rules"] if rule["Name"] in names]
    return sum(_times(rule.get("ScheduleExpression", "")) for rule in rules)


def _times(schedule: str) -> float:
    """How often a month; a cron expression counts as once an hour."""
    found = _RATE.fullmatch(schedule)
    if found is None:
        return HOURS if schedule else 0
    return MINUTES / (int(found[1]) * _UNITS[found[2]])
