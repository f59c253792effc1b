"""Rule → FIFO queue → function → dead letters, as on AWS."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest

from local_cloud.testing.waiting import wait_for
from support import functions as f

RECORDER = """
    import boto3, json, os, time, uuid
    s3, sqs = boto3.client("s3"), boto3.client("sqs")
    def handle(event, context):
        for record in event["Records"]:
            body = json.loads(record["body"])
            count = int(record["attributes"]["ApproximateReceiveCount"])
            note = {"started": time.time(), "count": count, "body": body,
                    "group": record["attributes"].get("MessageGroupId")}
            time.sleep(0.2)
            note["ended"] = time.time()
            s3.put_object(Bucket=os.environ["BUCKET"], Key=f"{note['started']:.4f}",
                          Body=json.dumps(note).encode())
            if body["detail"].get("fail"):
                sqs.change_message_visibility(QueueUrl=os.environ["QUEUE"],
                    ReceiptHandle=record["receiptHandle"], VisibilityTimeout=1)
                raise RuntimeError("failing on purpose")
    """


class EventQueue:
    """One rule with its queue and function; `notes` is what its function saw."""

    def __init__(self, client: Any, name: str, make_role: Any) -> None:
        self.client, self.name = client, name
        client("s3").create_bucket(
            Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
        )
        self.dead_url = f.create_queue(client, f"{name}-dead.fifo")
        redrive = {"deadLetterTargetArn": f.queue_arn(f"{name}-dead.fifo"), "maxReceiveCount": 3}
        url = f.create_queue(
            client,
            f"{name}.fifo",
            f.rule_arn(name),
            VisibilityTimeout="60",
            RedrivePolicy=json.dumps(redrive),
        )
        role = make_role(
            "lambda",
            {"Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{name}/*"},
            {
                "Action": [
                    "sqs:ReceiveMessage",
                    "sqs:DeleteMessage",
                    "sqs:GetQueueAttributes",
                    "sqs:ChangeMessageVisibility",
                ],
                "Resource": f.queue_arn(f"{name}.fifo"),
            },
        )
        f.create_function(client, name, role, RECORDER, {"BUCKET": name, "QUEUE": url})
        client("lambda").create_event_source_mapping(
            FunctionName=name, EventSourceArn=f.queue_arn(f"{name}.fifo"), BatchSize=1
        )
        f.create_rule(
            client,
            name,
            {"Arn": f.queue_arn(f"{name}.fifo"), "SqsParameters": {"MessageGroupId": "depth"}},
            EventPattern=json.dumps({"source": [f"test.{name}"]}),
            ScheduleExpression="rate(1 hour)",
        )

    def notes(self) -> list[dict[str, Any]]:
        s3 = self.client("s3")
        keys = [o["Key"] for o in s3.list_objects_v2(Bucket=self.name).get("Contents", [])]
        return [
            json.loads(s3.get_object(Bucket=self.name, Key=key)["Body"].read())
            for key in sorted(keys)
        ]


@pytest.fixture
def queue(client: Any, unique: str, make_role: Any) -> EventQueue:
    return EventQueue(client, unique, make_role)


def test_one_at_a_time_in_order(queue: EventQueue) -> None:
    for number in range(4):
        f.put_event(queue.client, queue.name, number=number)
    notes = wait_for(lambda: queue.notes() if len(queue.notes()) == 4 else None)
    assert [n["body"]["detail"]["number"] for n in notes] == [0, 1, 2, 3]
    assert all(a["ended"] <= b["started"] for a, b in pairwise(notes))
    assert {n["group"] for n in notes} == {"depth"}


def test_failing_message_blocks_its_group_then_is_redriven(queue: EventQueue) -> None:
    f.put_event(queue.client, queue.name, number=0, fail=True)
    f.put_event(queue.client, queue.name, number=1)
    notes = wait_for(lambda: queue.notes() if len(queue.notes()) == 4 else None, 25)
    assert [(n["body"]["detail"]["number"], n["count"]) for n in notes] == [
        (0, 1),
        (0, 2),
        (0, 3),
        (1, 1),
    ]
    gaps = [b["started"] - a["ended"] for a, b in pairwise(notes[:3])]
    assert all(0.8 < gap < 8 for gap in gaps), "the visibility set by the function counts"
    dead = wait_for(lambda: f.receive(queue.client, queue.dead_url))
    assert json.loads(dead[0]["Body"])["detail"]["number"] == 0
    assert dead[0]["Attributes"]["MessageGroupId"] == "depth"


def test_rule_with_pattern_fires_on_its_schedule_too(queue: EventQueue, cloud: Any) -> None:
    cloud.control("schedules", {"rule": queue.name})
    notes = wait_for(queue.notes)
    assert notes[0]["body"]["source"] == "aws.events"
    assert notes[0]["body"]["detail-type"] == "Scheduled Event"
