"""Manual uploads against approvals: the newest hand-over wins."""

from __future__ import annotations

import pytest

from tests.fakes.promotion_world import GROUP, PRODUCTION, TYPE, World


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
    assert world.run().action == "serve"
    world.registry.edit_metadata(GROUP, version, note="no approval")
    assert world.run(world.registry.events[-1]).action == "keep"
    assert world.shown() == b"by hand"
    approved(world)
    world.run()
    assert world.shown() == b"package 2"


def test_the_index_says_that_it_was_uploaded(world: World) -> None:
    world.upload(name="sub/mine.zip")
    world.run()
    entry = world.entry()
    assert entry is not None
    assert entry.model is not None
    assert (entry.model.origin, entry.model.uploaded_key) == ("upload", f"{TYPE}/sub/mine.zip")
    assert (entry.model.version, entry.model.file_name) == (None, "mine.zip")
    assert world.served().tags == {}


@pytest.mark.parametrize("name", ["model.zip", "mine.zip"])
def test_deleting_the_upload_brings_the_approved_version_back(world: World, name: str) -> None:
    approved(world)
    world.run()
    world.upload(name=name)
    world.run()
    world.remove(name)
    world.run()
    assert world.shown() == b"package 1"


def test_promotion_never_touches_an_upload(world: World) -> None:
    world.upload(b"precious", "mine.zip")
    world.run()
    approved(world)
    world.run()
    assert len(world.versions("mine.zip")) == 1
    assert world.shown() == b"package 1"


def test_the_newest_of_several_uploads_is_served(world: World) -> None:
    world.upload(b"older", "b.zip")
    world.upload(b"newer", "a.zip")
    world.run()
    assert world.shown() == b"newer"
    world.remove("a.zip")
    world.run()
    assert world.shown() == b"older"


def test_rejecting_a_version_leaves_a_later_upload_alone(world: World) -> None:
    approved(world)
    version = approved(world)
    world.run()
    world.upload(b"later")
    world.run()
    world.run(world.reject(version))
    assert world.shown() == b"later"


def test_rejecting_a_version_brings_back_the_upload_that_was_served_before(world: World) -> None:
    approved(world)
    world.run()
    world.upload(name="mine.zip")
    world.run()
    version = approved(world)
    world.run()
    assert world.shown() == b"package 2"
    world.run(world.reject(version))
    assert world.shown() == b"by hand"


def test_an_upload_over_another_ends_that_one(world: World) -> None:
    world.upload(b"first")
    world.run()
    world.upload(b"second")
    world.run()
    world.remove()
    world.run()
    assert world.shown() is None


def test_what_stands_again_is_handed_over_again(world: World) -> None:
    """Somebody takes a deletion back by deleting the delete marker."""
    world.upload()
    world.run()
    world.remove()
    approved(world)
    world.run()
    world.versions().pop()
    world.run()
    assert world.shown() == b"by hand"


def test_an_approval_seen_again_after_a_rejection_is_a_new_one(world: World) -> None:
    version = approved(world)
    world.run()
    world.upload(name="mine.zip")
    world.run(world.reject(version))
    world.run(world.approve(version))
    assert world.shown() == b"package 1"


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
    assert world.shown() == b"package 1"
    world.upload(b"latest", "mine.zip")
    world.run()
    assert world.run(events[0]).action == "keep", "a late event ends no newer approval"


class TestTheSameSecond:
    """Times count by the second, and what a look saw first by the look."""

    def test_an_approval_first_seen_beside_an_upload_wins(self) -> None:
        world = World(tick=0)
        world.upload(name="mine.zip")
        approved(world)
        world.run()
        assert world.shown() == b"package 1"

    def test_an_upload_that_a_later_look_sees_wins(self) -> None:
        world = World(tick=0)
        approved(world)
        approved(world)
        world.run()
        world.upload(name="mine.zip")
        world.run()
        assert world.shown() == b"by hand"
        world.reject(2)
        world.run()
        assert world.shown() == b"by hand"

    def test_a_crash_changes_nothing_about_it(self) -> None:
        world = World(tick=0)
        world.upload(name="mine.zip")
        approved(world)
        world.s3.inject("CopyObject", "InternalError")
        with pytest.raises(Exception, match="InternalError"):
            world.run()
        world.run()
        assert world.shown() == b"package 1"

    def test_fractions_do_not_count(self) -> None:
        """S3 knows none: an upload at .6 reads as earlier than the approval at .3."""
        world = World(tick=0.3)
        approved(world)
        world.run()
        world.upload(name="mine.zip")
        assert world.run().action == "serve"
        assert world.shown() == b"by hand"

    def test_of_two_uploads_the_greater_name_wins(self) -> None:
        world = World(tick=0)
        world.upload(b"a", "a.zip")
        world.upload(b"b", "b.zip")
        world.run()
        assert world.shown() == b"b"


class TestMultipartUploads:
    """S3 dates and orders them by when they began."""

    def test_one_that_ends_after_an_approval_wins(self, world: World) -> None:
        approved(world)
        world.run()
        world.upload(name="mine.zip", took=30)
        world.run()
        assert world.run().action == "keep"
        assert world.shown() == b"by hand"
        approved(world)
        world.run()
        assert world.shown() == b"package 2"

    def test_under_the_name_of_the_approved_model_too(self, world: World) -> None:
        """Promotion writes elsewhere, so nothing of it can be put in front of the upload."""
        approved(world)
        world.run()
        world.upload(name="model.zip", took=30)
        world.run()
        assert world.shown() == b"by hand"

    def test_one_that_began_before_an_approval_first_seen_with_it_loses(self, world: World) -> None:
        """Nothing tells whether it ended before or after: what is known of it is older."""
        world.upload(name="mine.zip", took=30)
        approved(world)
        world.run()
        assert world.shown() == b"package 1"

    def test_of_two_new_ones_that_which_began_later_wins(self, world: World) -> None:
        world.upload(b"older", "z.zip", took=60)
        world.upload(b"newer", "a.zip", took=30)
        world.run()
        assert world.shown() == b"newer"


def test_an_approval_noted_at_first_sight_survives_later_edits(world: World) -> None:
    for _ in range(3):
        approved(world)
    world.run()
    world.upload(b"later", "mine.zip")
    world.registry.edit_metadata(GROUP, 2, note="late edit")
    world.run()
    world.run(world.reject(3))
    assert world.shown() == b"later"


def test_a_group_made_anew_does_not_inherit_approvals(world: World) -> None:
    approved(world)
    world.run()
    world.upload(name="mine.zip")
    world.run()
    world.registry.delete(GROUP, 1)
    world.registry.last_version[GROUP] = 0
    approved(world)
    world.run()
    assert world.shown() == b"package 1"


def test_tags_prove_nothing(world: World) -> None:
    """Who uploads chooses them; only the key tells what promotion put there."""
    tags = f"model-package-arn={world.registry.arn(GROUP, 7)}&model-package-version=7"
    world.upload()
    current = world.versions()[-1]
    world.s3.put_object(
        Bucket=PRODUCTION,
        Key=current.key,
        Body=current.body,
        Tagging=tags,
        Metadata={"sha256": "ab"},
    )
    world.run()
    entry = world.entry()
    assert entry is not None
    assert entry.model is not None
    assert (entry.model.origin, entry.model.version) == ("upload", None)
    assert entry.model.sha256 != "ab"


def test_a_served_copy_that_was_deleted_comes_back(world: World) -> None:
    approved(world)
    world.run()
    before = world.served()
    world.s3.delete_object(Bucket=PRODUCTION, Key=before.key)
    assert world.shown() == b"package 1", "links name the version"
    world.run()
    bucket = world.s3.buckets[PRODUCTION]
    assert bucket.current(before.key) is world.served(), "or the lifecycle would take it one day"
    world.s3.buckets[PRODUCTION].versions.pop(before.key)
    world.run()
    assert world.shown() == b"package 1"
