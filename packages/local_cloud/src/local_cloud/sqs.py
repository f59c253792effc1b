"""SQS: receipts that have expired."""

from __future__ import annotations

import time
from typing import Any

from ministack.services import sqs

CODE = "InvalidParameterValue"


def apply() -> None:
    """Apply the corrections of this module."""
    expired_receipts_delete_nothing_from_fifo_queues()


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
