"""Permissions beside that of the operation: tags, and whether a key is missing."""

from __future__ import annotations

import urllib.error
import urllib.request
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


READS: dict[str, Callable[..., Any]] = {
    "GetObject": lambda s3, bucket, key: s3.get_object(Bucket=bucket, Key=key),
    "HeadObject": lambda s3, bucket, key: s3.head_object(Bucket=bucket, Key=key),
    "GetObjectAttributes": lambda s3, bucket, key: s3.get_object_attributes(
        Bucket=bucket, Key=key, ObjectAttributes=["ETag"]
    ),
}


@pytest.fixture
def reader(client: Any, make_role: Any, versioned_bucket: str) -> Callable[..., Any]:
    """`reader()` may read the objects `k` and `deleted`, of which the second is gone.

    With a statement's conditions, such as `reader({})`, it may list the bucket too.
    """
    s3 = client("s3")
    for key in ("k", "deleted"):
        s3.put_object(Bucket=versioned_bucket, Key=key, Body=b"1")
    s3.delete_object(Bucket=versioned_bucket, Key="deleted")
    bucket = f"arn:aws:s3:::{versioned_bucket}"
    read = {"Action": ["s3:GetObject", "s3:GetObjectAttributes"], "Resource": f"{bucket}/*"}

    def make(*conditions: dict[str, Any]) -> Any:
        listing = [
            {"Action": "s3:ListBucket", "Resource": bucket, **condition} for condition in conditions
        ]
        return client("s3", make_role("lambda", read, *listing), signature_version="s3v4")

    return make


def status_and_code(read: Callable[..., Any], *arguments: Any) -> tuple[int, str]:
    with pytest.raises(ClientError) as caught:
        read(*arguments)
    answer = caught.value.response
    return answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"]["Code"]


@pytest.mark.parametrize("operation", READS)
@pytest.mark.parametrize("key", ["missing", "deleted"])
def test_missing_keys_show_to_whoever_may_list(
    client: Any, reader: Callable[..., Any], versioned_bucket: str, operation: str, key: str
) -> None:
    read, prefix = READS[operation], {"StringLike": {"s3:prefix": "*"}}
    # the answer to HEAD has no body that could name the code
    hidden = (403, "403" if operation == "HeadObject" else "AccessDenied")
    shown = (404, "404" if operation == "HeadObject" else "NoSuchKey")
    for s3, expected in [
        (client("s3"), shown),
        (reader({}), shown),
        (reader(), hidden),
        (reader({"Condition": prefix}), hidden),
    ]:
        assert status_and_code(read, s3, versioned_bucket, key) == expected
        read(s3, versioned_bucket, "k")


def test_refusal_of_a_missing_key_names_the_right_to_list(
    reader: Callable[..., Any], versioned_bucket: str
) -> None:
    with pytest.raises(ClientError) as caught:
        reader().get_object(Bucket=versioned_bucket, Key="missing")
    assert "is not authorized to perform: s3:ListBucket" in str(caught.value)


@pytest.mark.parametrize(("operation", "method"), [("get_object", "GET"), ("head_object", "HEAD")])
def test_a_presigned_link_to_a_missing_key_counts_for_its_signer(
    reader: Callable[..., Any], versioned_bucket: str, operation: str, method: str
) -> None:
    found = []
    for s3 in (reader(), reader({})):
        place = {"Bucket": versioned_bucket, "Key": "missing"}
        url = s3.generate_presigned_url(operation, Params=place)
        request = urllib.request.Request(url, method=method)  # noqa: S310 - the local cloud's
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(request)  # noqa: S310
        found.append((caught.value.code, bool(caught.value.read())))
    has_body = method == "GET"
    assert found == [(403, has_body), (404, has_body)]
