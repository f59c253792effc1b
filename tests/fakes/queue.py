"""In-memory SQS FIFO queue with redrive, driven like a Lambda event source mapping."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.fakes.client import FakeClient
from tests.fakes.clock import Clock

ACCOUNT = "123456789012"


@dataclass
class Stored:
    """One message in the queue."""

    message_id: str
    group: str
    body: str
    visible_at: datetime
    receive_count: int = 0


class FakeFifoQueue(FakeClient):
    """One queue, its consumer and its dead letters; a waiting message blocks its group."""

    service = "sqs"

    def __init__(
        self, clock: Clock, *, visibility_seconds: int = 60, max_receive_count: int = 5
    ) -> None:
        super().__init__()
        self.clock = clock
        self.visibility_seconds = visibility_seconds
        self.max_receive_count = max_receive_count
        self.messages: list[Stored] = []
        self.dead_letters: list[Stored] = []
        self.arn = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:promotion.fifo"
        self.url = f"https://sqs.eu-west-1.amazonaws.com/{ACCOUNT}/promotion.fifo"
        self._serial = 0

    def send(self, group: str, body: Any) -> None:
        """Adds a message; a body that is not text is sent as JSON."""
        self._serial += 1
        text = body if isinstance(body, str) else json.dumps(body)
        self.messages.append(Stored(f"message-{self._serial}", group, text, self.clock()))

    def deliver(self, function: Callable[[dict[str, Any]], Any]) -> Exception | None:
        """Hands the next visible message to the function; its failure, if it failed."""
        message = self._next_visible()
        if message is None:
            return None
        message.receive_count += 1
        message.visible_at = self.clock() + timedelta(seconds=self.visibility_seconds)
        try:
            function({"Records": [self._as_record(message)]})
        except Exception as exc:  # noqa: BLE001 - the message stays, as with Lambda
            return exc
        self.messages.remove(message)
        return None

    def drain(self, function: Callable[[dict[str, Any]], Any]) -> list[Exception]:
        """Delivers until the queue is empty, moving the clock to each next try; the failures."""
        failures = []
        while self.messages:
            if self._next_visible() is None:
                if not self.messages:
                    break
                self.clock.now = max(self.clock(), min(item.visible_at for item in self.messages))
            if failure := self.deliver(function):
                failures.append(failure)
        return failures

    def _next_visible(self) -> Stored | None:
        blocked: set[str] = set()
        for message in list(self.messages):
            if message.group in blocked:
                continue
            if message.visible_at > self.clock():
                blocked.add(message.group)
                continue
            if message.receive_count >= self.max_receive_count:
                self.messages.remove(message)
                self.dead_letters.append(message)
                continue
            return message
        return None

    def _as_record(self, message: Stored) -> dict[str, Any]:
        return {
            "messageId": message.message_id,
            "receiptHandle": f"receipt-{message.message_id}",
            "body": message.body,
            "attributes": {
                "ApproximateReceiveCount": str(message.receive_count),
                "MessageGroupId": message.group,
            },
            "messageAttributes": {},
            "eventSource": "aws:sqs",
            "eventSourceARN": self.arn,
            "awsRegion": "eu-west-1",
        }

    def _get_queue_url(self, **call: Any) -> Any:
        assert (call["QueueName"], call["QueueOwnerAWSAccountId"]) == ("promotion.fifo", ACCOUNT)
        return {"QueueUrl": self.url}

    def _change_message_visibility(self, **call: Any) -> Any:
        assert call["QueueUrl"] == self.url
        for message in self.messages:
            if f"receipt-{message.message_id}" == call["ReceiptHandle"]:
                message.visible_at = self.clock() + timedelta(seconds=call["VisibilityTimeout"])
        return {}
