"""Concurrent actors and crashes: a lost race raises, and the next run finishes."""

from __future__ import annotations

import contextlib

import pytest
from botocore.exceptions import ClientError

from common.errors import ConflictError
from promote_model import production
from promote_model.uploads import copies, list_versions
from tests.fakes.client import Crash
from tests.fakes.model_zips import model_zip
from tests.fakes.promotion_world import OUTPUT, PRODUCTION, TYPE, World

KEY = f"pipelines/{TYPE}/run-2/model.zip"


@pytest.fixture
def world() -> World:
    """v1 is in production, v2 is approved and not promoted yet."""
    world = World()
    world.approve(world.register())
    world.run()
    world.approve(world.register())
    return world


def replace_artifact(world: World) -> None:
    world.s3.put_object(Bucket=OUTPUT, Key=KEY, Body=model_zip(b"swapped 2"))


@pytest.mark.parametrize("operation", ["GetObject", "CopyObject"])
def test_an_artifact_replaced_meanwhile_does_not_get_in(world: World, operation: str) -> None:
    bucket = OUTPUT if operation == "GetObject" else None
    world.s3.once_before(operation, lambda call: replace_artifact(world), bucket=bucket)
    world.run()
    assert world.shown() == b"package 2", "the version looked at first is what counts"


@pytest.mark.parametrize("operation", ["CopyObject", "PutObject", "DeleteObject"])
def test_an_upload_that_arrives_during_a_run_is_served_by_the_next(
    world: World, operation: str
) -> None:
    world.s3.once_before(operation, lambda call: world.upload(b"just now"))
    world.run()
    assert world.shown() == b"package 2"
    assert world.run().action == "serve"
    assert world.shown() == b"just now"


def test_an_upload_replaced_while_it_is_read_is_not_mixed(world: World) -> None:
    world.upload(b"first")
    world.s3.once_before("CopyObject", lambda call: world.upload(b"second"))
    world.run()
    assert world.shown() == b"first"
    world.run()
    assert world.shown() == b"second"


def test_an_upload_deleted_while_it_is_read_is_no_refusal_for_long(world: World) -> None:
    version = world.upload()

    def take_away(_: object) -> None:
        world.versions().remove(version)

    world.s3.once_before("CopyObject", take_away)
    with pytest.raises(ConflictError):
        world.run()
    world.run()
    assert (world.shown(), world.record()["refused"]) == (b"package 2", {})


def test_an_object_replaced_since_it_was_listed_is_not_removed(world: World) -> None:
    (listed,) = copies(list_versions(world.s3, PRODUCTION, TYPE), TYPE)
    world.s3.put_object(Bucket=PRODUCTION, Key=listed.key, Body=b"another")
    assert production.remove(world.s3, PRODUCTION, [listed]) == []
    current = world.s3.buckets[PRODUCTION].current(listed.key)
    assert current is not None
    assert current.body == b"another"


@pytest.mark.parametrize("operation", ["CopyObject", "PutObject", "DeleteObject"])
def test_of_two_overlapping_runs_the_later_decision_stays(world: World, operation: str) -> None:
    def overtake(call: object) -> None:
        world.reject(2)
        world.run()

    world.s3.once_before(operation, overtake)
    with contextlib.suppress(ConflictError):
        world.run()
    world.run()
    assert world.shown() == b"package 1"


def test_a_version_rejected_during_the_run_is_not_served(world: World) -> None:
    world.s3.once_before("ListObjectVersions", lambda call: world.reject(2))
    with pytest.raises(ConflictError, match="stopped being approved"):
        world.run()
    assert world.alarms == []
    world.run()
    assert world.shown() == b"package 1"


@pytest.mark.parametrize("operation", ["PutObject", "GetObject", "CopyObject", "DeleteObject"])
@pytest.mark.parametrize("after_effect", [False, True])
@pytest.mark.parametrize("after", [0, 1, 2])
def test_a_crash_anywhere_leaves_a_whole_model_and_the_next_run_finishes(
    operation: str, after_effect: bool, after: int
) -> None:
    world = World()
    world.approve(world.register(name="old.zip"))
    world.run()
    world.approve(world.register(name="new.zip"))
    world.s3.inject(operation, Crash, after=after, after_effect=after_effect)
    try:
        world.run()
    except Crash:
        assert world.shown() in {b"package 1", b"package 2"}
    world.s3.restart()
    world.run()
    assert world.shown() == b"package 2"
    keys = world.s3.buckets[PRODUCTION].live_keys()
    assert [key for key in keys if key.endswith(".zip")] == [world.served().key]


@pytest.mark.parametrize(
    "operation", ["CreateMultipartUpload", "UploadPartCopy", "CompleteMultipartUpload"]
)
@pytest.mark.parametrize("after_effect", [False, True])
def test_a_copy_in_parts_that_breaks_off_leaves_the_old_model(
    operation: str, after_effect: bool
) -> None:
    world = World()
    world.copy_in_parts_above = 100
    world.approve(world.register(b"the first"))
    world.run()
    world.approve(world.register(b"the second"))
    world.s3.inject(operation, "InternalError", after_effect=after_effect)
    with pytest.raises(ClientError, match="InternalError"):
        world.run()
    assert world.shown() == b"the first"
    if operation != "CreateMultipartUpload":
        assert world.s3.uploads == {}
    world.run()
    assert world.shown() == b"the second"
    assert world.run().action == "keep"


@pytest.mark.parametrize("error", ["PreconditionFailed", "ConditionalRequestConflict"])
def test_a_conflict_of_a_copy_is_a_lost_race(world: World, error: str) -> None:
    world.s3.inject("CopyObject", error)
    with pytest.raises(ConflictError):
        world.run()
    assert (world.shown(), world.alarms) == (b"package 1", [])
    world.run()
    assert world.shown() == b"package 2"
