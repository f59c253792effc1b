"""S3: conditions on writes."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from ministack.services import s3

from local_cloud.s3.checksums import Answer

_WRITES = (
    "_record_object_version",
    "_record_delete_marker",
    "_delete_persisted_object",
    "_delete_version_file",
)
_changed: ContextVar[bool] = ContextVar("local_cloud_key_changed", default=False)


def apply() -> None:
    """Apply the corrections of this module."""
    copies_take_conditions()
    some_conditions_are_not_implemented()
    conditions_fail_when_the_key_changed_during_the_upload()


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


def some_conditions_are_not_implemented() -> None:
    """AWS implements `If-None-Match: *` or an ETag in If-Match for writes, one of them.

    MiniStack took any, and both together.
    https://github.com/localstack/localstack/blob/8b9a79f/tests/aws/services/s3/test_s3_api.snapshot.json
    (put_object_if_match_validation and those beside it, recorded from AWS 2026-02-21)
    """
    original = s3._check_put_preconditions

    def _check_put_preconditions(headers: dict[str, str], present: Any) -> Answer | None:
        match, none_match = headers.get("if-match"), headers.get("if-none-match")
        both = match is not None and none_match is not None
        if both or (match or "").strip() == "*" or (none_match or "*").strip() != "*":
            message = "A header you provided implies functionality that is not implemented"
            refusal: Answer = s3._error("NotImplemented", message, 501)
            return refusal
        verdict: Answer | None = original(headers, present)
        return verdict

    s3._check_put_preconditions = _check_put_preconditions


def conditions_fail_when_the_key_changed_during_the_upload() -> None:
    """AWS completes a multipart upload with a condition only if nobody wrote to the key meanwhile.

    A put or a delete after its creation is a conflict even where the condition holds again, and the
    upload has to be started anew; MiniStack looked at the current object only.
    https://github.com/localstack/localstack/blob/8b9a79f/tests/aws/services/s3/test_s3_api.snapshot.json
    (test_multipart_if_match_with_put and those beside it, recorded from AWS 2026-02-21)
    """
    complete, check = s3._complete_multipart_upload, s3._check_put_preconditions

    def _complete_multipart_upload(
        bucket: str, key: str, body: bytes, query: Any, headers: dict[str, str] | None = None
    ) -> Answer:
        upload = s3._multipart_uploads.get(s3._qp(query, "uploadId")) or {}
        token = _changed.set(bool(upload.get("changed")))
        try:
            answer: Answer = complete(bucket, key, body, query, headers)
        finally:
            _changed.reset(token)
        return answer

    def _check_put_preconditions(headers: dict[str, str], present: Any) -> Answer | None:
        verdict: Answer | None = check(headers, present)
        conditional = "if-match" in headers or "if-none-match" in headers
        if verdict is None and conditional and _changed.get():
            verdict = s3._error(
                "ConditionalRequestConflict",
                "The conditional request cannot succeed due to a conflicting operation against "
                "this resource.",
                409,
            )
        return verdict

    s3._complete_multipart_upload = _complete_multipart_upload
    s3._check_put_preconditions = _check_put_preconditions
    for name in _WRITES:
        setattr(s3, name, _telling_uploads(getattr(s3, name)))


def _telling_uploads(original: Callable[..., Any]) -> Callable[..., Any]:
    def write(bucket: str, key: str, *rest: Any, **named: Any) -> Any:
        for upload in s3._multipart_uploads.values():
            if (upload["bucket"], upload["key"]) == (bucket, key):
                upload["changed"] = True
        return original(bucket, key, *rest, **named)

    return write
