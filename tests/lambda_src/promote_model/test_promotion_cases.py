"""The named cases of promotion: which model is served after which history."""

from __future__ import annotations

import hashlib

import pytest

from tests.fakes.model_zips import model_zip
from tests.fakes.promotion_world import GROUP, OUTPUT, PRODUCTION, TYPE, World


@pytest.fixture
def world() -> World:
    return World()


def approved(world: World, **options: object) -> int:
    version = world.register(**options)  # type: ignore[arg-type]
    world.approve(version)
    return version


def test_an_approval_is_served_with_its_provenance(world: World) -> None:
    version = world.register(b"first")
    world.registry.edit_metadata(GROUP, version, repository="o/r", revision="c", licence="MIT")
    assert world.run(world.approve(version)).action == "serve"
    sha256 = hashlib.sha256(model_zip(b"first")).hexdigest()
    assert world.shown() == b"first"
    served, entry = world.served(), world.entry()
    assert served.key == f"{TYPE}/served/v1-{sha256[:12]}/model.zip"
    assert served.tags == {
        "model-package-arn": world.registry.arn(GROUP, 1),
        "model-package-version": "1",
    }
    assert served.metadata == {"sha256": sha256}
    assert served.headers == {"ContentType": "application/zip"}
    assert entry is not None
    assert entry.model is not None
    model = entry.model
    assert (model.origin, model.version, model.package_arn) == (
        "registry",
        1,
        world.registry.arn(GROUP, 1),
    )
    assert (model.repository, model.revision, model.licence) == ("o/r", "c", "MIT")


def test_pending_versions_are_not_served(world: World) -> None:
    world.register()
    assert world.run().action == "none"
    assert world.shown() is None
    assert world.entry() is not None, "the index says that there is nothing"


def test_duplicates_and_metadata_edits_change_nothing(world: World) -> None:
    event = world.approve(world.register())
    for _ in range(3):
        world.run(event)
    before = world.entry()
    world.registry.edit_metadata(GROUP, 1, note="looked at", zip_sha256="0" * 64)
    assert world.run(world.registry.events[-1]).action == "keep"
    assert (world.copies(), world.entry()) == (1, before)


def test_a_late_approval_of_v2_never_displaces_v3(world: World) -> None:
    for _ in range(3):
        world.register()
    world.run(world.approve(3))
    assert world.run(world.approve(2)).action == "keep"
    assert world.shown() == b"package 3"


@pytest.mark.parametrize("status", ["Rejected", "PendingManualApproval"])
def test_withdrawing_v3_brings_back_v2(world: World, status: str) -> None:
    for _ in range(3):
        approved(world)
    world.run()
    world.run(world.set_status(3, status))
    assert world.shown() == b"package 2"


def test_rejecting_the_only_version_leaves_nothing(world: World) -> None:
    version = approved(world)
    world.run()
    outcome = world.run(world.reject(version))
    assert outcome.action == "withdraw"
    assert len(outcome.removed) == 1
    assert world.shown() is None


def test_the_sweep_notices_a_deleted_version(world: World) -> None:
    approved(world)
    approved(world)
    world.run()
    world.registry.delete(GROUP, 2)
    world.run()
    assert world.shown() == b"package 1"


def test_only_the_served_copy_is_a_current_object(world: World) -> None:
    for name in ("old.zip", "new.zip"):
        approved(world, name=name)
        world.run()
    keys = world.s3.buckets[PRODUCTION].live_keys()
    assert [key for key in keys if key.endswith(".zip")] == [world.served().key]
    former = [key for key in world.s3.buckets[PRODUCTION].versions if key.endswith("old.zip")]
    assert len(former) == 1, "a download that began goes on: the old version is kept"


def test_other_objects_are_never_touched(world: World) -> None:
    for key in (f"{TYPE}/notes.txt", f"{TYPE}/x.ZIP", f"{TYPE}-large/model.zip", "tts/model.zip"):
        world.s3.put_object(Bucket=PRODUCTION, Key=key, Body=b"x")
    world.run(world.reject(approved(world)))
    live = world.s3.buckets[PRODUCTION].live_keys()
    kept = [key for key in live if not key.endswith(".json")]
    assert kept == [
        f"{TYPE}-large/model.zip",
        f"{TYPE}/notes.txt",
        f"{TYPE}/x.ZIP",
        "tts/model.zip",
    ]


def test_model_data_url_is_read_too(world: World) -> None:
    world.s3.put_object(Bucket=OUTPUT, Key="elsewhere/a b;c?.zip", Body=model_zip(b"by url"))
    uri = f"s3://{OUTPUT}/elsewhere/a b;c?.zip"
    world.approve(world.registry.register(GROUP, uri, as_model_data_url=True))
    world.run()
    assert world.shown() == b"by url"
    assert world.served().key.endswith("/a b;c?.zip")


def test_a_new_version_with_the_same_content_is_served_as_such(world: World) -> None:
    for _ in range(2):
        approved(world, content=b"same")
        world.run()
    entry = world.entry()
    assert entry is not None
    assert entry.model is not None
    assert (entry.model.version, entry.sequence) == (2, 2)
    assert world.served().tags["model-package-version"] == "2"


class TestPinnedBytes:
    """A version without a checksum stands for the bytes that were there when it was first seen."""

    def pending(self, world: World, content: bytes = b"reviewed") -> int:
        version = world.register(content, described=False)
        world.run(world.registry.events[-1])
        return version

    def replace(self, world: World, content: bytes) -> None:
        world.s3.put_object(
            Bucket=OUTPUT, Key=f"pipelines/{TYPE}/run-1/model.zip", Body=model_zip(content)
        )

    def test_approved_as_reviewed_is_served(self, world: World) -> None:
        world.run(world.approve(self.pending(world)))
        assert world.shown() == b"reviewed"

    def test_swapped_before_the_approval_is_not(self, world: World) -> None:
        version = self.pending(world)
        self.replace(world, b"swapped!")
        with pytest.raises(Exception, match="registered was"):
            world.run(world.approve(version))
        assert world.shown() is None
        (refusal,) = world.record()["refused"].values()
        assert refusal["name"] == "version 1"

    def test_swapped_while_a_higher_version_is_served_is_not(self, world: World) -> None:
        """Nobody looked while it was pending."""
        lower = world.register(b"reviewed", described=False)
        world.approve(lower)
        world.approve(world.register())
        world.run()
        self.replace(world, b"swapped!")
        with pytest.raises(Exception, match="registered was"):
            world.run(world.reject(2))
        assert world.shown() is None

    def test_a_checksum_that_is_added_later_must_fit(self, world: World) -> None:
        version = self.pending(world)
        self.replace(world, b"swapped!")
        digest = hashlib.sha256(model_zip(b"swapped!")).hexdigest()
        world.registry.edit_metadata(GROUP, version, zip_sha256=digest)
        with pytest.raises(Exception, match="was set after it was registered"):
            world.run(world.approve(version))

    def test_an_artifact_that_comes_later_is_pinned_then(self, world: World) -> None:
        version = world.registry.register(GROUP, f"s3://{OUTPUT}/pipelines/{TYPE}/run-1/model.zip")
        world.run()
        self.replace(world, b"later")
        world.run(world.approve(version))
        assert world.shown() == b"later"
        assert list(world.record()["pins"]) == [world.registry.arn(GROUP, 1)]

    def test_a_rejection_does_not_lift_the_pin(self, world: World) -> None:
        version = self.pending(world)
        world.run(world.reject(version))
        self.replace(world, b"swapped!")
        with pytest.raises(Exception, match="registered was"):
            world.run(world.approve(version))

    def test_a_group_made_anew_has_other_versions(self, world: World) -> None:
        self.pending(world)
        world.registry.delete(GROUP, 1)
        world.registry.last_version[GROUP] = 0
        world.run(world.approve(self.pending(world, b"another")))
        assert world.shown() == b"another"
