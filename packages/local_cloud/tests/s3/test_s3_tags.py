"""Tags of versions, under a delete marker too."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def hidden(client: Any, versioned_bucket: str) -> tuple[list[str], str]:
    """Ids of two tagged versions of `k`, and of the delete marker above them."""
    s3 = client("s3")
    ids = [
        s3.put_object(Bucket=versioned_bucket, Key="k", Body=b"1", Tagging=f"n={n}")["VersionId"]
        for n in range(2)
    ]
    return ids, s3.delete_object(Bucket=versioned_bucket, Key="k")["VersionId"]


def test_versions_under_a_marker_have_their_tags(
    client: Any, versioned_bucket: str, hidden: tuple[list[str], str]
) -> None:
    for number, version in enumerate(hidden[0]):
        answer = client("s3").get_object_tagging(
            Bucket=versioned_bucket, Key="k", VersionId=version
        )
        assert answer["VersionId"] == version
        assert answer["TagSet"] == [{"Key": "n", "Value": str(number)}]


@pytest.mark.parametrize("by_id", [True, False])
@pytest.mark.parametrize(
    "operation", ["get_object_tagging", "put_object_tagging", "delete_object_tagging"]
)
def test_a_marker_takes_no_tagging(
    client: Any, versioned_bucket: str, hidden: tuple[list[str], str], operation: str, by_id: bool
) -> None:
    place: dict[str, Any] = {
        "Bucket": versioned_bucket,
        "Key": "k",
        **({"VersionId": hidden[1]} if by_id else {}),
    }
    if operation == "put_object_tagging":
        place["Tagging"] = {"TagSet": [{"Key": "n", "Value": "1"}]}
    with pytest.raises(ClientError) as caught:
        getattr(client("s3"), operation)(**place)
    answer = caught.value.response
    assert (answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"]["Code"]) == (
        405,
        "MethodNotAllowed",
    )


@pytest.mark.parametrize(
    ("place", "code"),
    [({"Key": "missing"}, "NoSuchKey"), ({"Key": "k", "VersionId": "x" * 32}, "NoSuchVersion")],
)
def test_what_is_missing_is_said_to_be(
    client: Any,
    versioned_bucket: str,
    hidden: tuple[list[str], str],
    place: dict[str, str],
    code: str,
) -> None:
    client("s3").put_object(Bucket=versioned_bucket, Key="k", Body=b"visible again")
    with pytest.raises(ClientError, match=code):
        client("s3").get_object_tagging(Bucket=versioned_bucket, **place)
