"""SQS: receipts that have expired, and the way back from a dead-letter queue."""

from __future__ import annotations

import json
import time
import uuid
from typing import Any

from ministack.services import sqs

CODE = "InvalidParameterValue"


def apply() -> None:
    """Apply the corrections of this module."""
    expired_receipts_delete_nothing_from_fifo_queues()
    dead_letters_can_be_redriven()


def dead_letters_can_be_redriven() -> None:
    """AWS moves a dead-letter queue's messages back to their source; MiniStack lacks the action.

    They are new messages there, with ids and times of their own. Supported here: dead letters of
    a single queue, moved at once.
    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
    """

    def _act_start_message_move_task(data: dict[str, Any], _: str) -> dict[str, Any]:
        arn = data.get("SourceArn", "")
        letters = sqs._queue_by_arn(arn)
        if letters is None:
            raise sqs._Err("ResourceNotFoundException", f"The queue {arn} does not exist.", 404)
        sources = [url for url, queue in sqs._queues.items() if _dead_letter_arn(queue) == arn]
        if len(sources) != 1:
            raise sqs._Err("UnsupportedOperation", f"{arn} holds dead letters of {len(sources)}.")
        messages, letters["messages"] = letters["messages"], []
        for message in messages:
            again = {
                "QueueUrl": sources[0],
                "MessageBody": message["body"],
                "MessageAttributes": message["message_attributes"],
                "MessageGroupId": message["group_id"],
                "MessageDeduplicationId": uuid.uuid4().hex,
            }
            sqs._act_send_message({k: v for k, v in again.items() if v is not None}, sources[0])
        return {"TaskHandle": uuid.uuid4().hex}

    sqs._HANDLERS["StartMessageMoveTask"] = _act_start_message_move_task


def _dead_letter_arn(queue: dict[str, Any]) -> str | None:
    policy = queue["attributes"].get("RedrivePolicy") or "{}"
    arn: str | None = json.loads(policy).get("deadLetterTargetArn")
    return arn


def expired_receipts_delete_nothing_from_fifo_queues() -> None:
    """AWS refuses to delete a message of a FIFO queue whose visibility timeout is over.

    Somebody else may have it by then. MiniStack deleted it, also for a function's mapping.
    https://github.com/localstack/localstack/blob/8b9a79f/tests/aws/services/sqs/test_sqs.snapshot.json
    (test_fifo_delete_after_visibility_timeout, recorded from AWS 2025-03-28); batches and mappings
    are inferred from it.
    """
    delete, delete_batch = sqs._act_delete_message, sqs._act_delete_message_batch
    delete_for_mapping = sqs._delete_messages_for_esm

    def _act_delete_message(data: dict[str, Any], url: str) -> Any:
        receipt = data.get("ReceiptHandle", "")
        if receipt in _expired(data.get("QueueUrl", url)):
            raise sqs._Err(CODE, _reason(receipt))
        return delete(data, url)

    def _act_delete_message_batch(data: dict[str, Any], url: str) -> Any:
        expired, entries = _expired(data.get("QueueUrl", url)), data.get("Entries", [])
        gone = [entry for entry in entries if entry.get("ReceiptHandle") in expired]
        if not gone:
            return delete_batch(data, url)
        rest = [entry for entry in entries if entry not in gone]
        answer = delete_batch({**data, "Entries": rest}, url) if rest else {"Successful": []}
        failed = [
            {
                "Id": entry.get("Id", ""),
                "Code": CODE,
                "Message": _reason(entry["ReceiptHandle"]),
                "SenderFault": True,
            }
            for entry in gone
        ]
        return {**answer, "Failed": [*answer.get("Failed", []), *failed]}

    def _delete_messages_for_esm(url: str, receipts: set[str]) -> None:
        delete_for_mapping(url, receipts - _expired(url))

    sqs._act_delete_message = sqs._HANDLERS["DeleteMessage"] = _act_delete_message
    sqs._act_delete_message_batch = _act_delete_message_batch
    sqs._HANDLERS["DeleteMessageBatch"] = _act_delete_message_batch
    sqs._delete_messages_for_esm = _delete_messages_for_esm


def _expired(url: str) -> set[str]:
    """Receipts of a FIFO queue's messages that are visible again."""
    queue, now = sqs._get_q(url, "sqs:DeleteMessage"), time.time()
    if not queue.get("is_fifo"):
        return set()
    return {
        message["receipt_handle"]
        for message in queue["messages"]
        if message["receipt_handle"] is not None and message["visible_at"] <= now
    }


def _reason(receipt: str) -> str:
    return (
        f"Value {receipt} for parameter ReceiptHandle is invalid. "
        "Reason: The receipt handle has expired."
    )
