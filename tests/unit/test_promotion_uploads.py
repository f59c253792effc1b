"""Manual uploads against approvals: the newest hand-over wins."""

from __future__ import annotations

import pytest

from tests.unit.fakes.promotion_world import GROUP, PRODUCTION, TYPE, World


@pytest.fixture
def world() -> World:
    return World()


def approved(world: World, **options: object) -> int:
    version = world.register(**options)  # type: ignore[arg-type]
    world.approve(version)
    return version


@pytest.mark.parametrize("name", ["model.zip", "mine.zip", "sub/mine.zip"])
def test_a_manual_upload_stays_until_a_newer_approval(world: World, name: str) -> None:
    version = approved(world)
    world.run()
    world.upload(name=name)
    assert world.run().action == "keep_manual"
    world.registry.edit_metadata(GROUP, version, note="no approval")
    world.run(world.registry.events[-1])
    assert world.shown() == {name: b"by hand"}
    approved(world)
    world.run()
    assert world.shown() == {"model.zip": b"package 2"}


@pytest.mark.parametrize("name", ["model.zip", "mine.zip"])
def test_deleting_the_manual_upload_brings_the_approved_version_back(
    world: World, name: str
) -> None:
    approved(world)
    world.run()
    world.upload(name=name)
    world.run()
    world.remove(name)
    world.run()
    assert world.shown() == {"model.zip": b"package 1"}


def test_only_the_newest_of_several_uploads_stays(world: World) -> None:
    world.upload(b"older", "b.zip")
    world.upload(b"newer", "a.zip")
    world.run()
    assert world.shown() == {"a.zip": b"newer"}


def test_rejecting_a_version_leaves_a_manual_upload_alone(world: World) -> None:
    approved(world)
    world.upload()
    version = approved(world)
    world.run()
    world.upload(b"later")
    world.run()
    world.run(world.reject(version))
    assert world.shown() == {"model.zip": b"later"}


def test_an_approval_seen_again_after_a_rejection_is_a_new_one(world: World) -> None:
    version = approved(world)
    world.run()
    world.upload(name="mine.zip")
    world.run(world.reject(version))
    world.run(world.approve(version))
    assert world.shown() == {"model.zip": b"package 1"}


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_rejection_that_only_its_event_shows_still_makes_the_approval_new(
    world: World, order: tuple[int, int]
) -> None:
    version = approved(world)
    world.run()
    world.upload(name="mine.zip")
    world.run()
    events = [world.reject(version), world.approve(version)]
    for index in order:
        world.run(events[index])
    assert world.shown() == {"model.zip": b"package 1"}
    world.upload(b"latest", "mine.zip")
    world.run()
    assert world.run(events[0]).action == "keep_manual", "a late event ends no newer approval"


def test_an_approval_first_seen_beside_an_upload_of_its_second_wins() -> None:
    world = World(tick=0)
    world.upload(name="mine.zip")
    approved(world)
    world.run()
    assert world.shown() == {"model.zip": b"package 1"}


def test_an_upload_in_the_second_of_a_settled_approval_wins() -> None:
    world = World(tick=0)
    approved(world)
    approved(world)
    world.run()
    world.upload(name="mine.zip")
    world.run()
    assert world.shown() == {"mine.zip": b"by hand"}
    world.reject(2)
    world.run()
    assert world.shown() == {"mine.zip": b"by hand"}


def test_a_crash_does_not_settle_an_approval() -> None:
    world = World(tick=0)
    world.upload(name="mine.zip")
    approved(world)
    world.s3.inject("CopyObject", "InternalError")
    with pytest.raises(Exception, match="InternalError"):
        world.run()
    world.run()
    assert world.shown() == {"model.zip": b"package 1"}


def test_removed_objects_stay_recoverable(world: World) -> None:
    world.upload(b"precious", "mine.zip")
    approved(world)
    world.run()
    history = world.s3.buckets[PRODUCTION].versions[f"{TYPE}/mine.zip"]
    assert [version.body for version in history] == [b"precious", None]


def test_a_group_made_anew_does_not_inherit_approval_times(world: World) -> None:
    approved(world)
    world.run()
    world.upload(name="mine.zip")
    world.run()
    world.registry.delete(GROUP, 1)
    world.registry.last_version[GROUP] = 0
    approved(world)
    world.run()
    assert world.shown() == {"model.zip": b"package 1"}


def test_an_approval_noted_at_first_sight_survives_later_edits(world: World) -> None:
    for _ in range(3):
        approved(world)
    world.run()
    world.upload(b"later", "mine.zip")
    world.registry.edit_metadata(GROUP, 2, note="late edit")
    world.run()
    world.run(world.reject(3))
    assert world.shown() == {"mine.zip": b"later"}


def test_the_same_second_counts_as_the_same_time() -> None:
    """S3 knows no fractions: an upload at .6 reads as earlier than the approval at .3."""
    world = World(tick=0.3)
    world.registry.register(GROUP, world.artifact(b"first"))
    world.approve(1)
    world.run()
    world.upload(name="mine.zip")
    assert world.run().action == "keep_manual"


def test_a_late_event_does_not_unsettle_a_newer_approval(world: World) -> None:
    version = approved(world)
    rejected = world.reject(version)
    world.approve(version)
    world.run()
    world.upload(name="mine.zip")
    world.registry.edit_metadata(GROUP, version, note="after the upload")
    assert world.run(rejected).action == "keep_manual"


def test_the_record_tells_people_of_a_manual_upload(world: World) -> None:
    approved(world)
    world.run()
    world.upload(b"by hand", "mine.zip")
    world.run()
    showing = world.record()["showing"]
    assert (showing["handed_over_by"], showing["key"]) == ("upload", f"{TYPE}/mine.zip")
    world.remove("mine.zip")
    world.run(world.reject(1))
    assert world.record()["showing"] is None
