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


def test_a_new_version_with_the_same_content_takes_over_the_tags(world: World) -> None:
    approved(world, content=b"same")
    world.run()
    approved(world, content=b"same")
    world.run()
    assert world.tags()["model-package-version"] == "2"
