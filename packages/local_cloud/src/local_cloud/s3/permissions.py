"""S3: permissions beyond those of the operation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ministack import app
from ministack.core import iam_actions
from ministack.services import s3

from local_cloud.s3.checksums import Answer

Check = tuple[str, str]


def apply() -> None:
    """Apply the corrections of this module."""
    tagged_writes_need_their_permission()
    missing_keys_show_to_whoever_may_list()


def tagged_writes_need_their_permission() -> None:
    """AWS wants s3:PutObjectTagging for uploads and copies with tags; MiniStack s3:PutObject only.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html, Permissions
    """
    original = iam_actions.s3_additional_checks

    def s3_additional_checks(
        method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]
    ) -> list[Check]:
        checks: list[Check] = original(method, path, headers, body, query)
        writes = iam_actions._s3_action(method, path, query) == "PutObject"
        if writes and headers.get("x-amz-tagging"):
            checks.append(("s3:PutObjectTagging", f"arn:aws:s3:::{path.lstrip('/')}"))
        return checks

    iam_actions.s3_additional_checks = s3_additional_checks


def missing_keys_show_to_whoever_may_list() -> None:
    """AWS answers 404 for a missing key if the caller has s3:ListBucket on the bucket, else 403.

    MiniStack always answered 404. A read names no prefix, so a right to list that depends on
    `s3:prefix` does not count here; AWS's documents do not mention that case.
    https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html, Permissions; GetObject and
    GetObjectAttributes say the same.
    """
    for name in ("_get_object", "_head_object", "_get_object_attributes"):
        setattr(s3, name, _hiding_missing_keys(getattr(s3, name)))


def _hiding_missing_keys(original: Callable[..., Answer]) -> Callable[..., Answer]:
    def read(
        bucket: str, key: str, headers: dict[str, str], query: dict[str, Any] | None = None
    ) -> Answer:
        answer = original(bucket, key, headers, query)
        if answer[0] != 404 or b"<Code>NoSuchKey</Code>" not in answer[2]:
            return answer
        resource = f"arn:aws:s3:::{bucket}"
        refusal: Answer | None = app._enforce_data_plane(
            "s3",
            "s3:ListBucket",
            headers,
            query or {},
            "",
            resource_arn=resource,
            named_resource=f'"{resource}"',
        )
        return refusal or answer

    return read
