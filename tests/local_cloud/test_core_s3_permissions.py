"""Writes with tags need a permission of their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

PLACE = {"Key": "k"}
WRITES: dict[str, Callable[..., Any]] = {
    "PutObject": lambda s3, bucket, **tags: s3.put_object(
        Bucket=bucket, Body=b"1", **PLACE, **tags
    ),
    "CopyObject": lambda s3, bucket, **tags: s3.copy_object(
        Bucket=bucket,
        CopySource={"Bucket": bucket, "Key": "source"},
        TaggingDirective="REPLACE",
        **PLACE,
        **tags,
    ),
    "CreateMultipartUpload": lambda s3, bucket, **tags: s3.create_multipart_upload(
        Bucket=bucket, **PLACE, **tags
    ),
}


@pytest.mark.parametrize("operation", WRITES)
def test_tags_need_their_permission(
    client: Any, make_role: Any, versioned_bucket: str, operation: str
) -> None:
    client("s3").put_object(Bucket=versioned_bucket, Key="source", Body=b"1")
    objects = f"arn:aws:s3:::{versioned_bucket}/*"
    usual = {"Action": ["s3:GetObject", "s3:PutObject"], "Resource": objects}
    tagging = {"Action": "s3:PutObjectTagging", "Resource": objects}
    write = WRITES[operation]
    writer = client("s3", make_role("lambda", usual))
    write(writer, versioned_bucket)
    with pytest.raises(ClientError, match="AccessDenied"):
        write(writer, versioned_bucket, Tagging="a=b")
    write(client("s3", make_role("lambda", usual, tagging)), versioned_bucket, Tagging="a=b")
