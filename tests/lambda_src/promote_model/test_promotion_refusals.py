"""Nothing broken replaces what works; why it is not served is raised or recorded, alarmed once."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from common.errors import InvalidEvent
from promote_model.errors import (
    ArtifactDenied,
    ArtifactMismatch,
    ArtifactMissing,
    InvalidPackage,
    RecordInvalid,
)
from tests.fakes.bad_zips import BAD
from tests.fakes.model_zips import model_zip
from tests.fakes.promotion_world import GROUP, OUTPUT, PRODUCTION, TYPE, World
from vis_assis.aws import model_status

KEY = f"pipelines/{TYPE}/run-2/model.zip"
URI = f"s3://{OUTPUT}/{KEY}"
RECORD = f"promotions/{TYPE}.json"


@pytest.fixture
def world() -> World:
    """Version 1 is served."""
    world = World()
    world.approved()
    world.run()
    return world


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_upload_is_refused_and_alarmed_once(world: World, kind: str) -> None:
    for number, body in enumerate(BAD[kind]):
        world.upload(name=f"bad-{number}.zip", body=body)
        outcome = world.run()
        assert [refusal.name for refusal in outcome.refused] == [f"{TYPE}/bad-{number}.zip"]
        assert (outcome.action, world.run().refused) == ("keep", ())
    assert world.shown() == b"package 1"
    assert world.alarms == [1] * len(BAD[kind])
    assert set(world.reasons()) == {f"{TYPE}/bad-{number}.zip" for number in range(len(BAD[kind]))}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_version_is_refused_without_a_retry(world: World, kind: str) -> None:
    world.approved(body=BAD[kind][0])
    assert world.run().action == "keep"
    assert world.shown() == b"package 1"
    assert "s3://output/" in world.reasons()["version 2"]
    reads = len(world.s3.history)
    world.run()
    assert len(world.s3.history) - reads < 6, "it is not read again"
    world.run(world.reject(2))
    assert world.reasons() == {}


def replaced_by(content: bytes) -> Callable[[World], object]:
    return lambda world: world.s3.put_object(Bucket=OUTPUT, Key=KEY, Body=model_zip(content))


def archive(world: World) -> None:
    (artifact,) = world.s3.buckets[OUTPUT].versions[KEY]
    world.s3.archived.add(artifact.version_id)


@pytest.mark.parametrize(
    ("harm", "error"),
    [
        (lambda world: world.s3.delete_object(Bucket=OUTPUT, Key=KEY), ArtifactMissing),
        (lambda world: world.s3.denied.add((OUTPUT, KEY)), ArtifactDenied),
        (replaced_by(b"swapped 2"), ArtifactMismatch),
        (replaced_by(b"package 2 and more"), ArtifactMismatch),
        (archive, ArtifactDenied),
    ],
    ids=["missing", "denied", "other bytes", "another size", "in an archive class"],
)
def test_a_version_whose_artifact_cannot_be_delivered_fails_the_run(
    world: World, harm: Callable[[World], object], error: type[Exception]
) -> None:
    world.approved()
    harm(world)
    with pytest.raises(error) as caught:
        world.run()
    assert world.registry.arn(GROUP, 2) in str(caught.value)
    assert URI in str(caught.value)
    assert world.shown() == b"package 1"
    assert world.reasons() == {"version 2": str(caught.value)}
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
        ("no container", "0 containers"),
    ],
)
def test_a_package_without_a_zip_is_named(world: World, uri: str | None, words: str) -> None:
    version = world.registry.register(GROUP, uri)
    if uri == "no container":
        package = world.registry.packages[GROUP][version]
        package["InferenceSpecification"]["Containers"].clear()
    world.approve(version)
    with pytest.raises(InvalidPackage, match=words):
        world.run()
    assert world.shown() == b"package 1"
    with pytest.raises(InvalidPackage, match=words):
        world.run(world.reject(1))
    assert world.shown() is None, "a rejected version is not served any longer"


@pytest.mark.parametrize(
    ("size", "error", "words"),
    [
        ("about nine", InvalidPackage, "zip_bytes"),
        ("12", ArtifactMismatch, "bytes, registered were 12"),
    ],
)
def test_the_registered_size_is_checked_before_anything_is_read(
    world: World, size: str, error: type[Exception], words: str
) -> None:
    world.registry.edit_metadata(GROUP, world.approved(), zip_bytes=size)
    with pytest.raises(error, match=words):
        world.run()
    reads = [call["Key"] for operation, call in world.s3.history if operation == "GetObject"]
    assert KEY not in reads


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
    assert error in world.reasons()[f"{TYPE}/model.zip"]
    assert len(world.alarms) == 1


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
    assert (world.shown(), world.reasons()) == (b"by hand", {})


def test_a_refusal_is_forgotten_with_its_object(world: World) -> None:
    world.upload(body=b"", name="bad.zip")
    world.run()
    del world.versions("bad.zip")[0]
    world.run()
    assert world.reasons() == {}


@pytest.mark.parametrize(
    ("client", "operation", "error"),
    [
        *(("s3", name, "AccessDenied") for name in ("HeadObject", "GetObject", "CopyObject")),
        ("s3", "ListObjectVersions", "AccessDenied"),
        ("s3", "GetObject", "SlowDown"),
        ("registry", "ListModelPackages", "ThrottlingException"),
        ("registry", "DescribeModelPackage", "ThrottlingException"),
    ],
)
def test_a_call_that_fails_raises_and_is_no_refusal(
    world: World, client: str, operation: str, error: str
) -> None:
    world.approved()
    fake = getattr(world, client)
    fake.inject(operation, error, times=99)
    with pytest.raises(Exception, match=r"denied|AccessDenied|403|SlowDown|ThrottlingException"):
        world.run()
    fake.restart()
    assert world.shown() == b"package 1"
    world.run()
    assert (world.shown(), world.reasons()) == (b"package 2", {})


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"[]",
        b'{"schema": 9}',
        b'{"schema": 1, "approvals": {"a": {}}, "showing": null}',
        b'{"schema": 1, "approvals": {}, "showing": {"a": {}}}',
        b'{"schema": 2, "sequence": Infinity}',
        b'{"schema": 2, "sequence": ' + b"[" * 100_000,
        b'{"schema": 2, "sequence": 1, "looks": 1, "approvals": [], "uploads": {}}',
    ],
)
def test_an_unreadable_record_is_named_and_not_overwritten(world: World, content: bytes) -> None:
    world.s3.put_object(Bucket=PRODUCTION, Key=RECORD, Body=content)
    with pytest.raises(RecordInvalid, match=f"s3://{PRODUCTION}/{RECORD}.*delete it"):
        world.run()
    current = world.s3.buckets[PRODUCTION].current(RECORD)
    assert current is not None
    assert current.body == content


@pytest.mark.parametrize("event", [{"detail": {}}, {"detail-type": "x"}, {"detail-type": 1}])
def test_what_is_no_event_is_refused(world: World, event: dict[str, object]) -> None:
    with pytest.raises(InvalidEvent, match="EventBridge event"):
        world.run(event)


def test_an_event_of_another_group_is_refused(world: World) -> None:
    event = json.loads(json.dumps(world.registry.events[-1]))
    event["detail"]["ModelPackageGroupName"] = "somebody-elses"
    with pytest.raises(InvalidEvent, match="somebody-elses"):
        world.run(event)


def test_the_status_names_what_was_refused_and_a_record_that_cannot_be_read(world: World) -> None:
    world.upload(body=b"")
    world.run()
    (item,) = model_status.refused(world.s3, PRODUCTION, [TYPE, "tts"])
    assert (item.name, item.reason) == (f"{TYPE}/model.zip", "it is empty")
    world.s3.put_object(Bucket=PRODUCTION, Key=RECORD, Body=b"{")
    (line,) = model_status.refused_lines(model_status.refused(world.s3, PRODUCTION, [TYPE]))
    assert f"{RECORD} is not a promotion record" in line
