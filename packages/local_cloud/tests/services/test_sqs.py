"""Receipts of messages that are visible again, and dead letters that go back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError


@pytest.fixture(params=[True, False], ids=["fifo", "standard"])
def queue(request: pytest.FixtureRequest, client: Any, unique: str) -> tuple[bool, dict[str, str]]:
    """Whether it is a FIFO queue, and how to address it; a message waits in it."""
    fifo = {"FifoQueue": "true", "ContentBasedDeduplication": "true"} if request.param else {}
    name = f"{unique}.fifo" if request.param else unique
    place = {"QueueUrl": client("sqs").create_queue(QueueName=name, Attributes=fifo)["QueueUrl"]}
    group = {"MessageGroupId": "g"} if request.param else {}
    client("sqs").send_message(**place, **group, MessageBody="b")
    return request.param, place


def received(client: Any, place: dict[str, str], visible_after: int) -> str:
    answer = client("sqs").receive_message(
        **place, VisibilityTimeout=visible_after, WaitTimeSeconds=2
    )
    return str(answer["Messages"][0]["ReceiptHandle"])


def waiting(client: Any, place: dict[str, str]) -> bool:
    name = "ApproximateNumberOfMessages"
    attributes = client("sqs").get_queue_attributes(**place, AttributeNames=["All"])["Attributes"]
    return any(int(count) for key, count in attributes.items() if key.startswith(name))


def test_a_batch_names_the_expired_receipts(
    client: Any, queue: tuple[bool, dict[str, str]]
) -> None:
    is_fifo, place = queue
    receipt = received(client, place, visible_after=0)
    answer = client("sqs").delete_message_batch(
        **place, Entries=[{"Id": "a", "ReceiptHandle": receipt}]
    )
    assert [row["Id"] for row in answer.get("Failed", [])] == (["a"] if is_fifo else [])
    assert waiting(client, place) == is_fifo


def test_a_valid_receipt_deletes(client: Any, queue: tuple[bool, dict[str, str]]) -> None:
    receipt = received(client, queue[1], visible_after=30)
    client("sqs").delete_message(**queue[1], ReceiptHandle=receipt)
    assert not waiting(client, queue[1])


def test_dead_letters_go_back_to_their_queue(client: Any, unique: str) -> None:
    sqs, fifo = client("sqs"), {"FifoQueue": "true"}
    letters = sqs.create_queue(QueueName=f"{unique}-dead.fifo", Attributes=fifo)["QueueUrl"]
    named = sqs.get_queue_attributes(QueueUrl=letters, AttributeNames=["QueueArn"])
    arn = named["Attributes"]["QueueArn"]
    policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 1})
    source = {"RedrivePolicy": policy, "VisibilityTimeout": "0", **fifo}
    place = {
        "QueueUrl": sqs.create_queue(QueueName=f"{unique}.fifo", Attributes=source)["QueueUrl"]
    }
    sqs.send_message(**place, MessageBody="b", MessageGroupId="g", MessageDeduplicationId="d")
    first = sqs.receive_message(**place)["Messages"][0]["MessageId"]
    assert "Messages" not in sqs.receive_message(**place)
    sqs.start_message_move_task(SourceArn=arn)
    (again,) = sqs.receive_message(**place, MessageSystemAttributeNames=["All"])["Messages"]
    assert (again["Body"], again["Attributes"]["MessageGroupId"]) == ("b", "g")
    assert (again["Attributes"]["ApproximateReceiveCount"], again["MessageId"] != first) == (
        "1",
        True,
    )
    assert "Messages" not in sqs.receive_message(QueueUrl=letters)
    with pytest.raises(ClientError, match="UnsupportedOperation"):
        sqs.start_message_move_task(SourceArn=arn.replace("-dead", ""))
    with pytest.raises(ClientError, match="does not exist"):
        sqs.start_message_move_task(SourceArn=arn.replace("-dead", "-none"))
