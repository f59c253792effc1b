"""What goes wrong is named and raised, and leaves the old model in service."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from botocore.exceptions import ClientError

from common.errors import InvalidEvent
from promote_model.errors import (
    ArtifactDenied,
    ArtifactMismatch,
    ArtifactMissing,
    InvalidPackage,
    RecordInvalid,
)
from tests.fakes.model_zips import model_zip
from tests.fakes.promotion_world import GROUP, OUTPUT, PRODUCTION, TYPE, World

URI = f"s3://{OUTPUT}/pipelines/{TYPE}/run-2/model.zip"
KEY = f"pipelines/{TYPE}/run-2/model.zip"


@pytest.fixture
def world() -> World:
    """v1 is in production, v2 is approved and not promoted yet."""
    world = World()
    world.approve(world.register())
    world.run()
    world.approve(world.register())
    return world


def remove_artifact(world: World) -> None:
    world.s3.delete_object(Bucket=OUTPUT, Key=KEY)


def deny_artifact(world: World) -> None:
    world.s3.denied.add((OUTPUT, KEY))


def replace_artifact(world: World) -> None:
    world.s3.put_object(Bucket=OUTPUT, Key=KEY, Body=model_zip(b"swapped 2"))


def grow_artifact(world: World) -> None:
    world.s3.put_object(Bucket=OUTPUT, Key=KEY, Body=model_zip(b"package 2 and more"))


@pytest.mark.parametrize(
    ("harm", "error"),
    [
        (remove_artifact, ArtifactMissing),
        (deny_artifact, ArtifactDenied),
        (replace_artifact, ArtifactMismatch),
        (grow_artifact, ArtifactMismatch),
    ],
)
def test_a_bad_artifact_blocks_and_names_package_and_uri(
    world: World, harm: Callable[[World], None], error: type[Exception]
) -> None:
    harm(world)
    with pytest.raises(error) as caught:
        world.run()
    assert world.registry.arn(GROUP, 2) in str(caught.value)
    assert URI in str(caught.value)
    assert world.shown() == b"package 1"
    (refusal,) = world.record()["refused"].values()
    assert (refusal["name"], refusal["reason"]) == ("version 2", str(caught.value))
    with pytest.raises(error):
        world.run()
    assert world.alarms == [1]
    world.reject(2)
    assert world.run().action == "keep"


@pytest.mark.parametrize(
    ("uri", "words"),
    [
        (None, "names no artifact"),
        ("https://example.org/model.zip", "s3:// URI"),
        (f"s3://{OUTPUT}/model.tar.gz", r"\.zip"),
        (f"s3://{OUTPUT}/folder/", r"\.zip"),
    ],
)
def test_a_package_without_a_zip_is_refused(world: World, uri: str | None, words: str) -> None:
    world.approve(world.registry.register(GROUP, uri))
    with pytest.raises(InvalidPackage, match=words):
        world.run()
    assert world.shown() == b"package 2", "the one below it is served"


def test_a_package_with_an_odd_size_is_refused(world: World) -> None:
    world.registry.edit_metadata(GROUP, 2, zip_bytes="about nine")
    with pytest.raises(InvalidPackage, match="zip_bytes"):
        world.run()


@pytest.mark.parametrize(
    "operation", ["HeadObject", "GetObject", "CopyObject", "ListObjectVersions"]
)
def test_any_denied_call_raises_and_changes_nothing(world: World, operation: str) -> None:
    world.s3.inject(operation, "AccessDenied", times=99)
    with pytest.raises((ClientError, ArtifactDenied)):
        world.run()
    world.s3.restart()
    assert world.shown() == b"package 1"


@pytest.mark.parametrize("operation", ["ListModelPackages", "DescribeModelPackage"])
def test_a_registry_that_does_not_answer_raises(world: World, operation: str) -> None:
    world.registry.inject(operation, "ThrottlingException")
    with pytest.raises(ClientError, match="ThrottlingException"):
        world.run()
    assert world.shown() == b"package 1"


def test_what_is_served_stays_while_nobody_can_look_at_it(world: World) -> None:
    world.run()
    key = world.served().key
    world.s3.delete_object(Bucket=PRODUCTION, Key=key)
    world.s3.denied.add((PRODUCTION, key))
    with pytest.raises(ClientError, match="HeadObject"):
        world.run()
    assert world.shown() == b"package 2"


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"[]",
        b'{"schema": 9}',
        b'{"schema": 1, "approvals": {"a": {}}, "showing": null}',
        b'{"schema": 2, "sequence": Infinity}',
        b'{"schema": 2, "sequence": ' + b"[" * 100_000,
        b'{"schema": 2, "sequence": 1, "looks": 1, "approvals": [], "uploads": {}}',
    ],
)
def test_an_unreadable_record_is_named_and_not_overwritten(world: World, content: bytes) -> None:
    key = f"promotions/{TYPE}.json"
    world.s3.put_object(Bucket=PRODUCTION, Key=key, Body=content)
    with pytest.raises(RecordInvalid, match=f"s3://{PRODUCTION}/{key}.*delete it"):
        world.run()
    current = world.s3.buckets[PRODUCTION].current(key)
    assert current is not None
    assert current.body == content


def test_the_record_tells_what_was_decided(world: World) -> None:
    world.run()
    record = world.record()
    assert record["model"]["package_arn"] == world.registry.arn(GROUP, 2)
    assert [item["version"] for item in record["approvals"].values()] == [2, 1]


@pytest.mark.parametrize("event", [{"detail": {}}, {"detail-type": "x"}, {"detail-type": 1}])
def test_what_is_no_event_is_refused(world: World, event: dict[str, object]) -> None:
    with pytest.raises(InvalidEvent, match="EventBridge event"):
        world.run(event)


def test_an_event_of_another_group_is_refused(world: World) -> None:
    event = json.loads(json.dumps(world.registry.events[-1]))
    event["detail"]["ModelPackageGroupName"] = "somebody-elses"
    with pytest.raises(InvalidEvent, match="somebody-elses"):
        world.run(event)


def test_the_registered_size_is_checked_before_anything_is_read(world: World) -> None:
    world.registry.edit_metadata(GROUP, 2, zip_bytes="12")
    with pytest.raises(ArtifactMismatch, match="bytes, registered were 12"):
        world.run()
    assert all(
        call["Key"] != KEY for operation, call in world.s3.history if operation == "GetObject"
    )
