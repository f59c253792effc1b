"""S3: permissions beyond those of the operation."""

from __future__ import annotations

from typing import Any

from ministack.core import iam_actions

Check = tuple[str, str]


def apply() -> None:
    """Apply the corrections of this module."""
    tagged_writes_need_their_permission()


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
