"""Pages of keys and versions, and deletions by them."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def history(client: Any, versioned_bucket: str) -> list[tuple[str, str]]:
    """(key, version id) of every version and marker, as they are listed: newest first per key."""
    s3, written = client("s3"), []
    for key in ("a", "b/1", "b/2", "c"):
        versions = [
            s3.put_object(Bucket=versioned_bucket, Key=key, Body=str(n).encode())["VersionId"]
            for n in range(2)
        ]
        versions.append(s3.delete_object(Bucket=versioned_bucket, Key=key)["VersionId"])
        written += [(key, version) for version in reversed(versions)]
    return written


def listed(page: dict[str, Any]) -> list[tuple[str, str]]:
    both = page.get("Versions", []) + page.get("DeleteMarkers", [])
    return [(item["Key"], item["VersionId"]) for item in both]


def pages(s3: Any, bucket: str, size: int, **more: str) -> list[dict[str, Any]]:
    paginator = s3.get_paginator("list_object_versions")
    # a listing that never ends fails instead of hanging
    settings = {"PageSize": size, "MaxItems": 100}
    return list(paginator.paginate(Bucket=bucket, PaginationConfig=settings, **more))


@pytest.mark.parametrize("size", [1, 2, 3, 5, 12])
def test_every_version_is_on_one_page(
    client: Any, versioned_bucket: str, history: list[tuple[str, str]], size: int
) -> None:
    found = [listed(page) for page in pages(client("s3"), versioned_bucket, size)]
    assert sorted(row for page in found for row in page) == sorted(history)
    assert len(found) == -(-len(history) // size)


@pytest.mark.parametrize("size", [1, 2, 10])
def test_common_prefix_is_on_one_page_in_its_place(
    client: Any, versioned_bucket: str, history: list[tuple[str, str]], size: int
) -> None:
    rows: list[str] = []
    for page in pages(client("s3"), versioned_bucket, size, Delimiter="/"):
        keys = [key for key, _ in listed(page)]
        rows += sorted(keys + [item["Prefix"] for item in page.get("CommonPrefixes", [])])
    assert rows == ["a"] * 3 + ["b/"] + ["c"] * 3


def test_markers_resume_within_a_key(
    client: Any, versioned_bucket: str, history: list[tuple[str, str]]
) -> None:
    s3 = client("s3")
    key, newest = history[0]
    page = s3.list_object_versions(Bucket=versioned_bucket, KeyMarker=key, VersionIdMarker=newest)
    assert sorted(listed(page)) == sorted(history[1:])
    page = s3.list_object_versions(Bucket=versioned_bucket, KeyMarker=key)
    assert sorted(listed(page)) == sorted(history[3:])


@pytest.mark.parametrize("size", [1, 2, 5])
def test_deleting_page_by_page_empties_the_bucket(
    client: Any, versioned_bucket: str, history: list[tuple[str, str]], size: int
) -> None:
    s3 = client("s3")
    deleted: list[tuple[str, str]] = []
    for page in s3.get_paginator("list_object_versions").paginate(
        Bucket=versioned_bucket, PaginationConfig={"PageSize": size}
    ):
        objects = [{"Key": key, "VersionId": version} for key, version in listed(page)]
        answer = s3.delete_objects(Bucket=versioned_bucket, Delete={"Objects": objects})
        assert "Errors" not in answer
        deleted += [(item["Key"], item["VersionId"]) for item in answer["Deleted"]]
    assert sorted(deleted) == sorted(history)
    assert listed(s3.list_object_versions(Bucket=versioned_bucket)) == []
    s3.delete_bucket(Bucket=versioned_bucket)


def test_deletions_say_what_became_of_each(client: Any, versioned_bucket: str) -> None:
    s3 = client("s3")
    first = s3.put_object(Bucket=versioned_bucket, Key="a+b", Body=b"1")["VersionId"]
    request = {"Objects": [{"Key": "a+b"}]}
    (marked,) = s3.delete_objects(Bucket=versioned_bucket, Delete=request)["Deleted"]
    marker = marked["DeleteMarkerVersionId"]
    assert (marked["Key"], marked["DeleteMarker"]) == ("a+b", True)
    request = {"Objects": [{"Key": "a+b", "VersionId": marker}]}
    (undone,) = s3.delete_objects(Bucket=versioned_bucket, Delete=request)["Deleted"]
    assert undone["DeleteMarkerVersionId"] == marker
    assert s3.head_object(Bucket=versioned_bucket, Key="a+b")["VersionId"] == first
    request = {"Objects": [{"Key": "a+b", "ETag": '"0123"'}]}
    (refused,) = s3.delete_objects(Bucket=versioned_bucket, Delete=request)["Errors"]
    assert refused["Code"] == "PreconditionFailed"


def test_bucket_without_versions_lists_each_object_once(client: Any, unique: str) -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket=unique, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    for key in ("a", "b", "c"):
        s3.put_object(Bucket=unique, Key=key, Body=b"1")
    found = [listed(page) for page in pages(s3, unique, 1)]
    assert found == [[("a", "null")], [("b", "null")], [("c", "null")]]


@pytest.mark.parametrize("size", [1, 2, 3])
def test_keys_come_page_by_page(client: Any, versioned_bucket: str, size: int) -> None:
    s3 = client("s3")
    for key in ("a", "b/1", "b/2", "c d", "ü"):
        s3.put_object(Bucket=versioned_bucket, Key=key, Body=b"1")
    rows: list[str] = []
    for page in s3.get_paginator("list_objects_v2").paginate(
        Bucket=versioned_bucket, Delimiter="/", PaginationConfig={"PageSize": size}
    ):
        assert page["KeyCount"] <= size
        keys = [item["Key"] for item in page.get("Contents", [])]
        rows += sorted(keys + [item["Prefix"] for item in page.get("CommonPrefixes", [])])
    assert rows == ["a", "b/", "c d", "ü"]
    after = s3.list_objects_v2(Bucket=versioned_bucket, StartAfter="b/1", Prefix="b/")
    assert [item["Key"] for item in after["Contents"]] == ["b/2"]


def test_page_has_a_thousand_keys_at_most(client: Any, versioned_bucket: str) -> None:
    s3 = client("s3")
    s3.put_object(Bucket=versioned_bucket, Key="a", Body=b"1")
    for operation in (s3.list_objects_v2, s3.list_objects, s3.list_object_versions):
        assert operation(Bucket=versioned_bucket, MaxKeys=5000)["MaxKeys"] == 1000
