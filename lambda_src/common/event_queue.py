"""One SQS FIFO message at a time: parsed, worked on, and given back with a delay when that fails.

A failure is logged and raised again, so that the message returns to the queue and, after
maxReceiveCount tries, reaches the dead-letter queue. Only the delay until the next try is ours.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from common.errors import InvalidEvent
from common.settings import positive_integer

if TYPE_CHECKING:  # the commands read the functions' settings without what only Lambda installs
    from aws_lambda_powertools import Logger

Result = TypeVar("Result")

MAX_DELAY_SECONDS = 900
"""Longest wait between two tries: a group is blocked while its message waits."""


@dataclass(frozen=True)
class RetryPolicy:
    """When a failing message is tried again.

    Parameters:
        base_seconds: wait after the first failure; it doubles with every further one.
        max_receive_count: tries before the queue redrives the message, as in its redrive policy.
        max_delay_seconds: upper bound of one wait.
    """

    base_seconds: int
    max_receive_count: int
    max_delay_seconds: int = MAX_DELAY_SECONDS

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> RetryPolicy:
        """From RETRY_BASE_SECONDS and MAX_RECEIVE_COUNT; `SettingsError` names what is wrong."""
        return cls(
            base_seconds=positive_integer(environment, "RETRY_BASE_SECONDS"),
            max_receive_count=positive_integer(environment, "MAX_RECEIVE_COUNT"),
        )

    def delay(self, receive_count: int) -> int:
        """Seconds until the next receive; 0 after the last try, which redrives at once."""
        if receive_count >= self.max_receive_count:
            return 0
        return int(min(self.base_seconds * 2 ** (receive_count - 1), self.max_delay_seconds))


@dataclass(frozen=True)
class Message:
    """One message of a FIFO queue, as an event source mapping hands it over."""

    message_id: str
    group: str
    body: str
    receive_count: int
    receipt_handle: str
    queue_arn: str

    def json(self) -> dict[str, Any]:
        """The EventBridge event in the body; `InvalidEvent` when it is not a JSON object."""
        try:
            parsed = json.loads(self.body)
        except json.JSONDecodeError as exc:
            raise InvalidEvent(
                f"message {self.message_id} of group {self.group} is not JSON: {exc}"
            ) from exc
        if not isinstance(parsed, dict):
            raise InvalidEvent(
                f"message {self.message_id} of group {self.group} holds "
                f"{type(parsed).__name__}, expected the JSON object of an EventBridge event"
            )
        return parsed


def only_message(event: Mapping[str, Any]) -> Message:
    """The single message of a Lambda invocation by SQS FIFO.

    Errors: `InvalidEvent` when the invocation is anything else.
    """
    try:
        records = event["Records"]
        (record,) = records
        attributes = record["attributes"]
        return Message(
            message_id=str(record["messageId"]),
            group=str(attributes["MessageGroupId"]),
            body=str(record["body"]),
            receive_count=int(attributes["ApproximateReceiveCount"]),
            receipt_handle=str(record["receiptHandle"]),
            queue_arn=str(record["eventSourceARN"]),
        )
    except (KeyError, TypeError, ValueError) as exc:
        raise InvalidEvent(
            "expected exactly one record of an SQS FIFO queue (batch size 1); "
            f"{type(exc).__name__}: {exc}"
        ) from exc


def process_message(
    event: Mapping[str, Any],
    work: Callable[[Message], Result],
    *,
    sqs: Any,
    policy: RetryPolicy,
    logger: Logger,
) -> Result:
    """Result of `work` on the only message; a failure sets the delay and is raised again.

    Parameters:
        event: what Lambda was invoked with.
        work: takes the message; whatever it raises counts as a failure.
        sqs: boto3 SQS client.
    """
    message = only_message(event)
    try:
        return work(message)
    except Exception as exc:
        delay = policy.delay(message.receive_count)
        logger.exception(
            "message failed",
            group=message.group,
            message_id=message.message_id,
            receive_count=message.receive_count,
            last_try=message.receive_count >= policy.max_receive_count,
            retry_in_seconds=delay,
            error=type(exc).__name__,
            reason=str(exc),
        )
        _hide(message, delay, sqs, logger)
        raise


def _hide(message: Message, seconds: int, sqs: Any, logger: Logger) -> None:
    """Sets the wait; failing that, the queue's own timeout holds and the first error matters."""
    account, name = message.queue_arn.split(":")[-2:]
    try:
        url = sqs.get_queue_url(QueueName=name, QueueOwnerAWSAccountId=account)["QueueUrl"]
        sqs.change_message_visibility(
            QueueUrl=url, ReceiptHandle=message.receipt_handle, VisibilityTimeout=seconds
        )
    except Exception:
        logger.exception("delay of the next try not set", message_id=message.message_id)
