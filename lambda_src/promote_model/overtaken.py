"""Uploads in parts that S3 puts behind what promotion did at their key while they were under way.

S3 orders the versions of a key by when their uploads began (S3 User Guide, concurrent multipart
upload operations). An upload that a copy or a withdrawal overtook is complete and yet not current:
nobody would ever see what was handed over last.
"""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from common.aws_errors import is_missing
from common.s3_copy import Destination, copy_pinned
from common.s3_source import pin, tags_of
from promote_model.hint import FinishedUpload
from promote_model.production import ARN_TAG


def bring_forward(
    s3: Any, bucket: str, upload: FinishedUpload, arn_prefix: str, *, in_parts_above: int
) -> None:
    """Makes an upload current that ended after promotion made what is current.

    What came after its end is newer than it, and between uploads of people S3's order holds. Both
    times have whole seconds: what was made in the second of its end counts as made before it, as an
    upload that is left behind would never be seen again.

    Parameters:
        arn_prefix: what the ARNs of the group's versions begin with.
        in_parts_above: bytes above which parts are copied in parallel.

    Errors: `ConflictError` when the key changed meanwhile.
    """
    listed = s3.list_object_versions(Bucket=bucket, Prefix=upload.key, MaxKeys=1)
    markers = listed.get("DeleteMarkers", [])
    latest = next(iter([*listed.get("Versions", []), *markers]), None)
    if latest is None or latest["Key"] != upload.key or latest["VersionId"] == upload.version_id:
        return
    if latest["LastModified"] > upload.moment:
        return
    if not markers and not _is_ours(s3, bucket, upload.key, latest["VersionId"], arn_prefix):
        return
    try:
        if _is_ours(s3, bucket, upload.key, upload.version_id, arn_prefix):
            return
        source = pin(s3, bucket, upload.key, upload.version_id)
    except ClientError as exc:
        if is_missing(exc):
            return
        raise
    copy_pinned(
        s3,
        source,
        Destination(bucket=bucket, key=upload.key, replaces=latest.get("ETag")),
        multipart_threshold=in_parts_above,
    )


def _is_ours(s3: Any, bucket: str, key: str, version_id: str, arn_prefix: str) -> bool:
    return tags_of(s3, bucket, key, version_id).get(ARN_TAG, "").startswith(arn_prefix)
