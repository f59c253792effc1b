"""The copy that is served, what the index says of it, and which bytes a version stands for."""

from __future__ import annotations

import hashlib

import pytest
from botocore.exceptions import ClientError

from common.errors import ConflictError
from tests.fakes.model_zips import model_zip
from tests.fakes.promotion_world import GROUP, OUTPUT, PRODUCTION, TYPE, World


@pytest.fixture
def world() -> World:
    return World()


def replace_artifact(world: World, content: bytes, run: int = 1) -> None:
    key = f"pipelines/{TYPE}/run-{run}/model.zip"
    world.s3.put_object(Bucket=OUTPUT, Key=key, Body=model_zip(content))


def test_an_approval_is_served_with_its_provenance(world: World) -> None:
    version = world.register(b"first")
    world.registry.edit_metadata(GROUP, version, repository="o/r", revision="c", licence="MIT")
    world.run(world.approve(version))
    sha256 = hashlib.sha256(model_zip(b"first")).hexdigest()
    served, model, arn = world.served(), world.model(), world.registry.arn(GROUP, 1)
    assert served.key == f"{TYPE}/served/v1-{sha256[:12]}/model.zip"
    assert served.tags == {"model-package-arn": arn, "model-package-version": "1"}
    assert served.metadata == {"sha256": sha256}
    assert served.headers == {"ContentType": "application/zip"}
    assert (model.origin, model.version, model.package_arn) == ("registry", 1, arn)
    assert (model.repository, model.revision, model.licence) == ("o/r", "c", "MIT")
    record = world.record()
    assert record["model"]["package_arn"] == arn
    assert [item["version"] for item in record["approvals"].values()] == [1]


def test_an_upload_is_served_as_such(world: World) -> None:
    """Tags and metadata prove nothing: who uploads chooses them."""
    tags = f"model-package-arn={world.registry.arn(GROUP, 7)}&model-package-version=7"
    key, body = f"{TYPE}/sub/mine.zip", model_zip(b"by hand")
    world.s3.put_object(
        Bucket=PRODUCTION, Key=key, Body=body, Tagging=tags, Metadata={"sha256": "ab"}
    )
    world.run()
    model = world.model()
    assert (model.origin, model.uploaded_key, model.version) == ("upload", key, None)
    assert (model.file_name, world.served().tags) == ("mine.zip", {})
    assert model.sha256 == hashlib.sha256(body).hexdigest()
    world.approved()
    world.run()
    assert len(world.versions("sub/mine.zip")) == 1, "promotion never touches an upload"


def test_nothing_is_an_entry_too(world: World) -> None:
    world.register()
    assert world.run().action == "none"
    assert (world.shown(), world.entry() is None) == (None, False)


def test_edited_metadata_change_nothing(world: World) -> None:
    world.approved()
    world.run()
    before = world.entry()
    world.registry.edit_metadata(GROUP, 1, note="looked at", zip_sha256="0" * 64)
    assert world.run(world.registry.events[-1]).action == "keep"
    assert (world.copies(), world.entry()) == (1, before)


def test_only_the_served_copy_is_a_current_object(world: World) -> None:
    for name in ("old.zip", "new.zip"):
        world.approved(name=name)
        world.run()
    assert world.live_zips() == [world.served().key]
    former = [key for key in world.s3.buckets[PRODUCTION].versions if key.endswith("old.zip")]
    assert len(former) == 1, "a download that began goes on: the old version is kept"
    assert len(world.run(world.reject(2)).removed) == 1


def test_other_objects_are_never_touched(world: World) -> None:
    others = [f"{TYPE}-large/model.zip", f"{TYPE}/notes.txt", f"{TYPE}/x.ZIP", "tts/model.zip"]
    for key in others:
        world.s3.put_object(Bucket=PRODUCTION, Key=key, Body=b"x")
    version = world.approved()
    world.run()
    world.run(world.reject(version))
    live = world.s3.buckets[PRODUCTION].live_keys()
    assert [key for key in live if not key.endswith(".json") and key[:6] != "files/"] == others


def test_model_data_url_is_read_too(world: World) -> None:
    world.s3.put_object(Bucket=OUTPUT, Key="elsewhere/a b;c?.zip", Body=model_zip(b"by url"))
    uri = f"s3://{OUTPUT}/elsewhere/a b;c?.zip"
    world.approve(world.registry.register(GROUP, uri, as_model_data_url=True))
    world.run()
    assert (world.shown(), world.model().file_name) == (b"by url", "a b;c?.zip")


def test_a_new_version_with_the_same_content_is_served_as_such(world: World) -> None:
    for _ in range(2):
        world.approved(b"same")
        world.run()
    assert world.model().version == 2
    assert world.served().tags["model-package-version"] == "2"


def test_a_served_copy_that_was_deleted_comes_back(world: World) -> None:
    world.approved()
    world.run()
    before = world.served()
    world.s3.delete_object(Bucket=PRODUCTION, Key=before.key)
    assert world.shown() == b"package 1", "links name the version"
    world.run()
    bucket = world.s3.buckets[PRODUCTION]
    assert bucket.current(before.key) is world.served(), "or the lifecycle would take it one day"
    bucket.versions.pop(before.key)
    world.run()
    assert world.shown() == b"package 1"


def test_what_is_served_goes_on_while_nobody_can_look_at_it(world: World) -> None:
    for _ in range(2):
        world.approved()
        world.run()
    key = world.served().key
    world.s3.delete_object(Bucket=PRODUCTION, Key=key)
    world.s3.denied.add((PRODUCTION, key))
    with pytest.raises(ClientError, match="HeadObject"):
        world.run()
    assert world.shown() == b"package 2"


def test_the_served_upload_goes_on_when_the_lifecycle_took_it(world: World) -> None:
    """Below broken ones it is an old version."""
    world.upload()
    world.run()
    for body in (b"<html>", b""):
        world.upload(body=body)
        assert world.run().action == "keep"
        del world.versions()[0]
        assert world.run().action == "keep"
    assert world.s3.buckets[PRODUCTION].current(world.served().key) is world.served()


def test_a_zip_that_names_an_encoding_is_served_as_it_is(world: World) -> None:
    """A browser would try to unpack it once more, and fail."""
    world.upload().headers.update(ContentEncoding="gzip", ContentType="application/zip")
    world.run()
    assert world.served().headers == {"ContentType": "application/zip"}


class TestPinnedBytes:
    """A version without a checksum stands for the bytes that were there when it was first seen."""

    @pytest.fixture
    def world(self) -> World:
        """Version 1 is pending, and a run has seen it."""
        world = World()
        world.register(b"reviewed", described=False)
        world.run()
        return world

    @pytest.mark.parametrize("before", ["", "rejected", "below another", "checksum"])
    def test_swapped_bytes_are_not_served(self, world: World, before: str) -> None:
        reason, event = "registered was", None
        if before == "rejected":
            world.run(world.reject(1))
        replace_artifact(world, b"swapped!")
        if before == "below another":
            world.approved()
            world.approve(1)
            world.run()
            event = world.reject(2)
        elif before == "checksum":
            reason = "was set after it was registered"
            digest = hashlib.sha256(model_zip(b"swapped!")).hexdigest()
            world.registry.edit_metadata(GROUP, 1, zip_sha256=digest)
        with pytest.raises(Exception, match=reason):
            world.run(event or world.approve(1))
        assert (world.shown(), list(world.reasons())) == (None, ["version 1"])

    def test_approved_as_reviewed_is_served(self, world: World) -> None:
        world.run(world.approve(1))
        assert world.shown() == b"reviewed"

    def test_swapped_while_a_higher_version_is_served(self) -> None:
        """Nobody looked while it was pending."""
        world = World()
        world.approved(b"reviewed", described=False)
        world.approved()
        world.run()
        replace_artifact(world, b"swapped!")
        with pytest.raises(Exception, match="registered was"):
            world.run(world.reject(2))

    def test_an_artifact_that_comes_later_is_pinned_then(self) -> None:
        world = World()
        uri = f"s3://{OUTPUT}/pipelines/{TYPE}/run-1/model.zip"
        version = world.registry.register(GROUP, uri)
        world.run()
        replace_artifact(world, b"later")
        world.run(world.approve(version))
        assert world.shown() == b"later"
        assert list(world.record()["pins"]) == [world.registry.arn(GROUP, 1)]

    def test_a_group_made_anew_has_other_versions(self, world: World) -> None:
        world.registry.delete(GROUP, 1)
        world.registry.last_version[GROUP] = 0
        world.register(b"another", described=False)
        world.run(world.approve(1))
        assert world.shown() == b"another"


class TestRaces:
    """Somebody acts during a run: a lost race raises, and the next run finishes."""

    @pytest.fixture
    def world(self) -> World:
        """Version 1 is served, version 2 approved."""
        world = World()
        world.approved()
        world.run()
        world.approved()
        return world

    @pytest.mark.parametrize("operation", ["GetObject", "CopyObject"])
    def test_a_replaced_artifact_does_not_get_in(self, world: World, operation: str) -> None:
        bucket = OUTPUT if operation == "GetObject" else None
        world.s3.once_before(operation, lambda _: replace_artifact(world, b"s", 2), bucket=bucket)
        world.run()
        assert world.shown() == b"package 2", "the version looked at first is what counts"

    @pytest.mark.parametrize("operation", ["CopyObject", "PutObject", "DeleteObject"])
    def test_an_upload_is_served_by_the_next_run(self, world: World, operation: str) -> None:
        world.s3.once_before(operation, lambda _: world.upload(b"just now"))
        world.run()
        assert world.shown() == b"package 2"
        assert world.run().action == "serve"
        assert world.shown() == b"just now"

    def test_a_replaced_upload_is_not_mixed(self, world: World) -> None:
        world.upload(b"first")
        world.s3.once_before("CopyObject", lambda _: world.upload(b"second"))
        world.run()
        assert world.shown() == b"first"
        world.run()
        assert world.shown() == b"second"

    def test_a_deleted_upload_is_no_refusal_for_long(self, world: World) -> None:
        version = world.upload()
        world.s3.once_before("CopyObject", lambda _: world.versions().remove(version))
        with pytest.raises(ConflictError):
            world.run()
        world.run()
        assert (world.shown(), world.reasons()) == (b"package 2", {})

    @pytest.mark.parametrize("operation", ["CopyObject", "PutObject", "DeleteObject"])
    def test_of_two_overlapping_runs_the_later_decision_stays(
        self, world: World, operation: str
    ) -> None:
        def overtake(_: object) -> None:
            world.reject(2)
            world.run()

        world.s3.once_before(operation, overtake)
        if operation == "DeleteObject":
            world.run()
        else:
            with pytest.raises(ConflictError):
                world.run()
            assert world.shown() == b"package 1"
        world.run()
        assert world.shown() == b"package 1"

    def test_a_copy_that_was_replaced_meanwhile_is_not_removed(self, world: World) -> None:
        place = {"Bucket": PRODUCTION, "Key": world.served().key}
        world.s3.once_before("DeleteObject", lambda _: world.s3.put_object(**place, Body=b"other"))
        assert world.run().removed == ()
        assert world.s3.get_object(**place)["Body"].read() == b"other"

    def test_a_version_rejected_meanwhile_is_not_served(self, world: World) -> None:
        world.s3.once_before("ListObjectVersions", lambda _: world.reject(2))
        with pytest.raises(ConflictError, match="stopped being approved"):
            world.run()
        assert world.alarms == []
        world.run()
        assert world.shown() == b"package 1"

    @pytest.mark.parametrize("error", ["PreconditionFailed", "ConditionalRequestConflict"])
    def test_a_conflict_of_a_copy_is_a_lost_race(self, world: World, error: str) -> None:
        world.s3.inject("CopyObject", error)
        with pytest.raises(ConflictError):
            world.run()
        assert (world.shown(), world.alarms) == (b"package 1", [])
        world.run()
        assert world.shown() == b"package 2"

    def test_large_models_are_copied_in_parts(self, world: World) -> None:
        world.copy_in_parts_above = 100
        world.s3.inject("UploadPartCopy", "InternalError")
        with pytest.raises(Exception, match="InternalError"):
            world.run()
        assert (world.shown(), world.s3.uploads) == (b"package 1", {})
        world.run()
        assert world.shown() == b"package 2"
        assert world.run().action == "keep"
