"""S3: conditions on writes."""

from __future__ import annotations

from typing import Any

from ministack.services import s3

from local_cloud.services.s3_checksums import Answer


def apply() -> None:
    """Apply the corrections of this module."""
    copies_take_conditions()
    only_an_asterisk_means_none()


def copies_take_conditions() -> None:
    """AWS judges If-Match and If-None-Match of CopyObject at the destination.

    MiniStack ignored them and overwrote.
    """
    original = s3._copy_object

    def _copy_object(bucket: str, key: str, headers: dict[str, str]) -> Answer:
        destination = s3._ensure_bucket(bucket)
        present = destination["objects"].get(key) if destination else None
        refusal: Answer | None = s3._check_put_preconditions(headers, present)
        answer: Answer = refusal or original(bucket, key, headers)
        return answer

    s3._copy_object = _copy_object


def only_an_asterisk_means_none() -> None:
    """AWS implements `If-None-Match: *` for writes and no ETag there; MiniStack compared ETags."""
    original = s3._check_put_preconditions

    def _check_put_preconditions(headers: dict[str, str], present: Any) -> Answer | None:
        if headers.get("if-none-match", "*").strip() != "*":
            message = "A header you provided implies functionality that is not implemented"
            refusal: Answer = s3._error("NotImplemented", message, 501)
            return refusal
        verdict: Answer | None = original(headers, present)
        return verdict

    s3._check_put_preconditions = _check_put_preconditions
