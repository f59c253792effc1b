"""Concurrent actors and crashes: a lost race raises, and the next run finishes."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from common.errors import ConflictError
from tests.unit.fakes.client import Crash
from tests.unit.fakes.promotion_world import GROUP, OUTPUT, TYPE, World

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
    world.s3.put_object(Bucket=OUTPUT, Key=KEY, Body=b"swapped 2")


def test_an_artifact_replaced_while_it_is_read_does_not_get_in(world: World) -> None:
    world.s3.once_before("GetObject", lambda call: replace_artifact(world), bucket=OUTPUT)
    world.run()
    assert world.shown() == {"model.zip": b"package 2"}, (
        "the version looked at first is what counts"
    )


def test_an_artifact_replaced_before_the_copy_does_not_get_in(world: World) -> None:
    world.s3.once_before("CopyObject", lambda call: replace_artifact(world))
    world.run()
    assert world.shown() == {"model.zip": b"package 2"}, "the verified version was copied"


def test_an_upload_that_arrives_during_the_copy_is_not_overwritten(world: World) -> None:
    world.s3.once_before("CopyObject", lambda call: world.upload(b"just now"))
    with pytest.raises(ConflictError, match="changed during the copy"):
        world.run()
    assert world.run().action == "keep_manual"
    assert world.shown() == {"model.zip": b"just now"}


def test_an_upload_that_arrives_before_a_removal_is_not_removed(world: World) -> None:
    for version in (1, 2):
        world.registry.set_status(GROUP, version, "Rejected")
    world.s3.once_before("DeleteObject", lambda call: world.upload(b"just now"))
    with pytest.raises(ConflictError, match="replaced before it could be removed"):
        world.run()
    assert world.shown() == {"model.zip": b"just now"}


@pytest.mark.parametrize("name", ["model.zip", "new.zip"])
def test_the_same_bytes_uploaded_again_meanwhile_are_not_lost(name: str) -> None:
    """S3's conditions cannot tell them from what was looked at."""
    world = World()
    world.upload(b"by hand")
    world.run()
    world.approve(world.register(name=name))
    operation = "CopyObject" if name == "model.zip" else "DeleteObject"
    world.s3.once_before(operation, lambda call: world.upload(b"by hand"))
    with pytest.raises(ConflictError, match="was replaced"):
        world.run()
    assert world.run().action == "keep_manual"
    assert world.shown() == {"model.zip": b"by hand"}


def test_an_object_that_vanishes_before_the_copy_is_a_lost_race(world: World) -> None:
    world.s3.once_before("CopyObject", lambda call: world.remove())
    with pytest.raises(ConflictError):
        world.run()
    world.run()
    assert world.shown() == {"model.zip": b"package 2"}


def test_two_overlapping_runs_cannot_both_finish(world: World) -> None:
    def overtake(call: object) -> None:
        world.reject(2)
        world.run()

    world.s3.once_before("CopyObject", overtake)
    with pytest.raises(ConflictError):
        world.run()
    world.run()
    assert world.shown() == {"model.zip": b"package 1"}


def test_a_version_rejected_during_the_run_is_not_promoted(world: World) -> None:
    world.run()
    world.s3.once_before("ListObjectsV2", lambda call: world.reject(2))
    with pytest.raises(ConflictError, match="stopped being approved"):
        world.run()
    world.run()
    assert world.shown() == {"model.zip": b"package 1"}


@pytest.mark.parametrize("operation", ["PutObject", "GetObject", "CopyObject", "DeleteObject"])
@pytest.mark.parametrize("after_effect", [False, True])
@pytest.mark.parametrize("after", [0, 1])
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
        assert set(world.shown().values()) & {b"package 1", b"package 2"}
        world.s3.restart()
    world.s3.restart()
    world.run()
    assert world.shown() == {"new.zip": b"package 2"}


@pytest.mark.parametrize(
    "operation", ["CreateMultipartUpload", "UploadPartCopy", "CompleteMultipartUpload"]
)
@pytest.mark.parametrize("after_effect", [False, True])
def test_a_copy_in_parts_that_breaks_off_leaves_the_old_model(
    operation: str, after_effect: bool
) -> None:
    world = World()
    world.copy_in_parts_above = 4
    world.approve(world.register(b"the first"))
    world.run()
    world.approve(world.register(b"the second"))
    world.s3.inject(operation, "InternalError", after_effect=after_effect)
    with pytest.raises(ClientError, match="InternalError"):
        world.run()
    completed = operation == "CompleteMultipartUpload" and after_effect
    assert world.shown() == {"model.zip": b"the second" if completed else b"the first"}
    if operation != "CreateMultipartUpload":
        assert world.s3.uploads == {}
    world.run()
    assert world.shown() == {"model.zip": b"the second"}
    assert world.run().action == "keep"


def test_an_overlapping_restore_is_noticed_too(world: World) -> None:
    """Nothing changed but production, so only the record can tell that another run was faster."""
    world.run()
    world.remove()

    def overtake(call: object) -> None:
        world.reject(2)
        world.run()
        world.remove()

    world.s3.once_before("CopyObject", overtake)
    with pytest.raises(ConflictError, match="changed by another run"):
        world.run()
    world.run()
    assert world.shown() == {"model.zip": b"package 1"}


def test_faults_in_two_runs_leave_no_version_that_passes_for_an_upload(world: World) -> None:
    """v3 is approved while v2 is being copied, which no finished run ever records."""
    third = world.register()

    def approve_the_next(_: object) -> None:
        world.approve(third)
        world.clock.advance(3)

    world.s3.once_before("CopyObject", approve_the_next)
    world.s3.inject("PutObject", "SlowDown", after=2)
    with pytest.raises(ClientError, match="SlowDown"):
        world.run()
    assert world.shown() == {"model.zip": b"package 2"}, "copied, and not recorded"
    world.s3.inject("CopyObject", "SlowDown")
    with pytest.raises(ClientError, match="SlowDown"):
        world.run()
    assert world.run().action == "promote"
    assert world.shown() == {"model.zip": b"package 3"}
