"""Nothing broken replaces what works; why it is not served is recorded and alarmed once."""

from __future__ import annotations

import pytest

from tests.fakes.bad_zips import BAD
from tests.fakes.promotion_world import GROUP, PRODUCTION, TYPE, World
from vis_assis.aws import model_status


@pytest.fixture
def world() -> World:
    """v1 is served."""
    world = World()
    world.approve(world.register())
    world.run()
    return world


def reasons(world: World) -> dict[str, str]:
    return {item["name"]: item["reason"] for item in world.record()["refused"].values()}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_upload_is_refused_and_alarmed_once(world: World, kind: str) -> None:
    for number, body in enumerate(BAD[kind]):
        world.upload(name=f"bad-{number}.zip", body=body)
        outcome = world.run()
        assert [refusal.name for refusal in outcome.refused] == [f"{TYPE}/bad-{number}.zip"]
        assert (outcome.action, world.run().refused) == ("keep", ())
    assert world.shown() == b"package 1"
    assert world.alarms == [1] * len(BAD[kind])
    assert set(reasons(world)) == {f"{TYPE}/bad-{number}.zip" for number in range(len(BAD[kind]))}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_version_is_refused_without_a_retry(world: World, kind: str) -> None:
    world.approve(world.register(body=BAD[kind][0]))
    assert world.run().action == "keep"
    assert world.shown() == b"package 1"
    assert "s3://output/" in reasons(world)["version 2"]
    reads = len(world.s3.history)
    world.run()
    assert len(world.s3.history) - reads < 6, "it is not read again"
    world.run(world.reject(2))
    assert reasons(world) == {}


def test_what_is_below_a_refused_version_is_served(world: World) -> None:
    world.approve(world.register(body=b"<html>"))
    world.approve(world.register(body=b""))
    world.run()
    world.run(world.reject(1))
    assert world.shown() is None
    world.upload()
    world.run()
    assert world.shown() == b"by hand"


class TestOverTheServedKey:
    """A bad upload at the very key of the upload that is served."""

    @pytest.fixture
    def world(self, world: World) -> World:
        world.upload()
        world.run()
        world.upload(body=b"<html>")
        assert world.run().action == "keep"
        return world

    def test_the_served_copy_is_current(self, world: World) -> None:
        assert world.shown() == b"by hand"
        assert world.s3.buckets[PRODUCTION].current(world.served().key) is world.served()

    def test_it_goes_on_when_the_lifecycle_took_the_covered_version(self, world: World) -> None:
        del world.versions()[0]
        assert world.run().action == "keep"
        world.upload(body=b"")
        assert world.run().action == "keep"
        assert world.shown() == b"by hand"

    def test_deleting_the_key_ends_it(self, world: World) -> None:
        world.remove()
        world.run()
        assert world.shown() == b"package 1"

    def test_taking_the_bad_one_back_changes_nothing(self, world: World) -> None:
        del world.versions()[-1]
        assert world.run().action == "keep"
        assert reasons(world) == {}

    def test_a_rejected_version_gives_way_to_it_again(self, world: World) -> None:
        world.approve(world.register())
        world.run()
        world.run(world.reject(2))
        assert world.shown() == b"by hand"

    def test_a_good_upload_replaces_both(self, world: World) -> None:
        world.upload(b"repaired")
        world.run()
        assert world.shown() == b"repaired"
        assert list(reasons(world)) == [f"{TYPE}/model.zip"], "as long as S3 has the bad version"


def test_a_bad_upload_covers_a_good_one_that_no_look_has_seen(world: World) -> None:
    world.upload(b"good")
    world.upload(body=b"")
    world.run()
    assert world.shown() == b"good"


@pytest.mark.parametrize(
    ("operation", "error"),
    [
        ("HeadObject", "400"),  # encrypted with a key of the uploader's; an answer without a body
        ("GetObject", "InvalidRequest"),
        ("GetObject", "KMS.DisabledException"),
        ("GetObject", "KMS.KMSInvalidStateException"),
    ],
)
def test_an_upload_that_s3_cannot_decrypt_is_refused(
    world: World, operation: str, error: str
) -> None:
    world.upload()
    world.s3.inject(operation, error, when=lambda call: call["Key"] == f"{TYPE}/model.zip")
    assert world.run().action == "keep"
    assert error in reasons(world)[f"{TYPE}/model.zip"]
    assert len(world.alarms) == 1


def test_a_zip_that_names_an_encoding_is_served_as_it_is(world: World) -> None:
    """A browser would try to unpack it once more, and fail."""
    world.upload().headers.update(ContentEncoding="gzip", ContentType="application/zip")
    world.run()
    assert world.served().headers == {"ContentType": "application/zip"}


@pytest.mark.parametrize("error", ["InvalidObjectState", "AccessDenied"])
def test_an_upload_that_cannot_be_read_is_served_once_it_can(world: World, error: str) -> None:
    version = world.upload()
    if error == "AccessDenied":
        world.s3.denied.add((PRODUCTION, version.key))
    else:
        world.s3.archived.add(version.version_id)
    for _ in range(2):
        assert world.run().action == "keep"
    assert len(world.alarms) == 1
    world.s3.denied.clear()
    world.s3.archived.clear()
    assert world.run().action == "serve"
    assert world.shown() == b"by hand"
    assert reasons(world) == {}


def test_a_version_in_an_archive_is_tried_again_and_named(world: World) -> None:
    version = world.register()
    (artifact,) = world.s3.buckets["output"].versions[f"pipelines/{TYPE}/run-2/model.zip"]
    world.s3.archived.add(artifact.version_id)
    world.approve(version)
    for _ in range(2):
        with pytest.raises(Exception, match="in an archive"):
            world.run()
    assert world.shown() == b"package 1"
    assert (len(world.alarms), list(reasons(world))) == (1, ["version 2"])


def test_a_passing_fault_is_no_refusal(world: World) -> None:
    world.upload()
    world.s3.inject("GetObject", "SlowDown", when=lambda call: call["Key"].endswith(".zip"))
    with pytest.raises(Exception, match="SlowDown"):
        world.run()
    assert (world.alarms, world.record()["refused"]) == ([], {})
    assert world.shown() == b"package 1"
    world.run()
    assert world.shown() == b"by hand"


def test_a_refusal_is_forgotten_with_its_object(world: World) -> None:
    world.upload(body=b"", name="bad.zip")
    world.run()
    del world.versions("bad.zip")[0]
    world.run()
    assert reasons(world) == {}


def test_a_version_that_names_no_artifact_is_named_with_what_is_served(world: World) -> None:
    version = world.register()
    world.registry.packages[GROUP][version]["InferenceSpecification"]["Containers"].clear()
    world.approve(version)
    with pytest.raises(Exception, match="0 containers"):
        world.run()
    assert world.shown() == b"package 1"
    with pytest.raises(Exception, match="0 containers"):
        world.run(world.reject(1))
    assert world.shown() is None, "a rejected version is not served any longer"


def test_the_status_names_a_record_that_cannot_be_read(world: World) -> None:
    world.upload(body=b"")
    world.run()
    key = f"promotions/{TYPE}.json"
    (item,) = model_status.refused(world.s3, PRODUCTION, [TYPE, "tts"])
    assert (item.name, item.reason) == (f"{TYPE}/model.zip", "it is empty")
    world.s3.put_object(Bucket=PRODUCTION, Key=key, Body=b"{")
    (line,) = model_status.refused_lines(model_status.refused(world.s3, PRODUCTION, [TYPE]))
    assert f"{key} is not a promotion record" in line
