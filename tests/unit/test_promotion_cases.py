"""The named cases of promotion: which model production shows after which history."""

from __future__ import annotations

import hashlib

import pytest

from tests.unit.fakes.promotion_world import GROUP, OUTPUT, PRODUCTION, TYPE, World


@pytest.fixture
def world() -> World:
    return World()


def approved(world: World, **options: object) -> int:
    version = world.register(**options)  # type: ignore[arg-type]
    world.approve(version)
    return version


def test_an_approval_is_shown_with_its_provenance(world: World) -> None:
    world.run(world.approve(world.register(b"first")))
    assert world.shown() == {"model.zip": b"first"}
    current = world.s3.buckets[PRODUCTION].current(f"{TYPE}/model.zip")
    assert current is not None
    assert current.tags == {
        "model-package-arn": world.registry.arn(GROUP, 1),
        "model-package-version": "1",
    }
    assert current.metadata == {"sha256": hashlib.sha256(b"first").hexdigest()}
    assert current.headers == {"ContentType": "application/zip"}


def test_pending_versions_are_not_shown(world: World) -> None:
    world.register()
    assert world.run().action == "none"
    assert world.shown() == {}


def test_duplicates_and_metadata_edits_copy_nothing(world: World) -> None:
    event = world.approve(world.register())
    for _ in range(3):
        world.run(event)
    world.registry.edit_metadata(GROUP, 1, note="looked at")
    assert world.run(world.registry.events[-1]).action == "keep"
    assert world.copies() == 1


def test_a_late_approval_of_v2_never_displaces_v3(world: World) -> None:
    for _ in range(3):
        world.register()
    world.run(world.approve(3))
    assert world.run(world.approve(2)).action == "keep"
    assert world.shown() == {"model.zip": b"package 3"}


@pytest.mark.parametrize("status", ["Rejected", "PendingManualApproval"])
def test_withdrawing_v3_brings_back_v2(world: World, status: str) -> None:
    for _ in range(3):
        approved(world)
    world.run()
    world.run(world.set_status(3, status))
    assert world.shown() == {"model.zip": b"package 2"}
    assert world.tags()["model-package-version"] == "2"


def test_rejecting_the_only_version_leaves_nothing(world: World) -> None:
    version = approved(world)
    world.run()
    outcome = world.run(world.reject(version))
    assert (outcome.action, outcome.removed) == ("withdraw", (f"{TYPE}/model.zip",))
    assert world.shown() == {}


def test_the_sweep_notices_a_deleted_version(world: World) -> None:
    approved(world)
    approved(world)
    world.run()
    world.registry.delete(GROUP, 2)
    world.run()
    assert world.shown() == {"model.zip": b"package 1"}


def test_a_package_with_another_file_name_leaves_one_object(world: World) -> None:
    approved(world, name="old.zip")
    world.run()
    approved(world, name="new.zip")
    world.run()
    assert world.shown() == {"new.zip": b"package 2"}


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
    world.upload(b"a", "a.zip")
    world.upload(b"b", "b.zip")
    world.run()
    assert world.shown() == {"b.zip": b"b"}


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


def test_other_objects_are_never_touched(world: World) -> None:
    for key in (f"{TYPE}/notes.txt", f"{TYPE}-large/model.zip", "tts/model.zip"):
        world.s3.put_object(Bucket=PRODUCTION, Key=key, Body=b"x")
    world.run(world.reject(approved(world)))
    live = world.s3.buckets[PRODUCTION].live_keys()
    assert live == [f"{TYPE}-large/model.zip", f"{TYPE}/notes.txt", "tts/model.zip"]


def test_a_package_without_checksum_is_carried_with_a_computed_one(world: World) -> None:
    approved(world, content=b"plain", described=False)
    assert world.run().sha256 == hashlib.sha256(b"plain").hexdigest()
    assert world.run().action == "keep"


def test_model_data_url_is_read_too(world: World) -> None:
    world.s3.put_object(Bucket=OUTPUT, Key="elsewhere/a b;c?.zip", Body=b"by url")
    uri = f"s3://{OUTPUT}/elsewhere/a b;c?.zip"
    world.approve(world.registry.register(GROUP, uri, as_model_data_url=True))
    world.run()
    assert world.shown() == {"a b;c?.zip": b"by url"}


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
