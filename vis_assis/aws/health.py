"""What waits in the stack's queues, and which of its alarms ring."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True)
class Queue:
    """A queue of the stack.

    Attributes:
        messages: that wait or are processed, roughly.
    """

    name: str
    messages: int


@dataclass(frozen=True)
class DeadLetter:
    """A message that failed every retry.

    Attributes:
        group: its message group: a model type or the endpoint.
        body: the event, which holds no secrets.
    """

    id: str
    group: str
    sent: datetime
    body: str


@dataclass(frozen=True)
class Alarm:
    """An alarm that rings."""

    name: str
    since: str
    description: str


def dead_letter_urls(outputs: Mapping[str, Any]) -> dict[str, str]:
    """URLs of the dead-letter queues by name."""
    navigation = outputs["navigation_dead_letter_queue_urls"].values()
    return _by_name(outputs["promotion_dead_letter_queue_url"], *navigation)


def queues(sqs: Any, outputs: Mapping[str, Any]) -> list[Queue]:
    """The event queues and the dead-letter queues, and how full they are."""
    urls = _by_name(outputs["promotion_queue_url"], *outputs["navigation_queue_urls"].values())
    counts = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
    found = []
    for name, url in {**urls, **dead_letter_urls(outputs)}.items():
        answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=list(counts))["Attributes"]
        found.append(Queue(name, sum(int(answer.get(count, 0)) for count in counts)))
    return found


def dead_letters(sqs: Any, url: str) -> list[DeadLetter]:
    """Some of a dead-letter queue's messages, at most ten; they stay in it.

    Args:
        sqs: boto3 client.
        url: of the queue.
    """
    answer = sqs.receive_message(
        QueueUrl=url,
        MaxNumberOfMessages=10,
        VisibilityTimeout=0,
        MessageSystemAttributeNames=["SentTimestamp", "ApproximateReceiveCount", "MessageGroupId"],
    )
    return [
        DeadLetter(
            id=item["MessageId"],
            group=item["Attributes"].get("MessageGroupId", ""),
            sent=datetime.fromtimestamp(int(item["Attributes"]["SentTimestamp"]) / 1000, UTC),
            body=item["Body"],
        )
        for item in answer.get("Messages", ())
    ]


def redrive(sqs: Any, url: str) -> None:
    """Moves all messages of a dead-letter queue back to the queue that they came from."""
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    sqs.start_message_move_task(SourceArn=arn["QueueArn"])


def alarms_of(cloudwatch: Any, topic: str, **states: str) -> list[dict[str, Any]]:
    """The alarms that tell a topic, as CloudWatch describes them.

    Args:
        cloudwatch: boto3 client.
        topic: ARN of the stack's alarm topic.
        states: `StateValue`, to have those in one state only.
    """
    pages = cloudwatch.get_paginator("describe_alarms").paginate(
        AlarmTypes=["MetricAlarm", "CompositeAlarm"], **states
    )
    return [
        item
        for page in pages
        for item in (*page["MetricAlarms"], *page["CompositeAlarms"])
        if topic in item.get("AlarmActions", ())
    ]


def ringing(cloudwatch: Any, topic: str) -> list[Alarm]:
    """The alarms that tell a topic and ring."""
    return [
        Alarm(
            item["AlarmName"],
            item["StateUpdatedTimestamp"].isoformat(timespec="seconds"),
            item.get("AlarmDescription", ""),
        )
        for item in alarms_of(cloudwatch, topic, StateValue="ALARM")
    ]


def _by_name(*urls: str) -> dict[str, str]:
    return {url.rpartition("/")[2]: url for url in urls}
