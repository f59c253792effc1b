"""Uploads become content-addressed copies that models point at."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from botocore.exceptions import ClientError

from common import s3_multipart
from common.s3_copy import Destination, copy_pinned
from common.s3_multipart import PartPlan
from common.s3_source import pin
from tests.fakes import archives
from tests.fakes.navigation_world import BUCKET, NavigationWorld
from update_endpoint import names, release
from update_endpoint.errors import ReleaseMismatch
from update_endpoint.settings import STATUS_KEY, UPLOAD_KEY

A, B = archives.good("a"), archives.good("b")


@pytest.fixture
def world() -> NavigationWorld:
    return NavigationWorld()


def id_of(content: bytes) -> str:
    """A release id by hand, for an archive of one part."""
    return hashlib.sha256(hashlib.sha256(content).digest()).hexdigest()[:32]


def test_release_is_named_after_the_servers_sha256_and_tagged(world: NavigationWorld) -> None:
    world.upload(A, ContentEncoding="gzip", Metadata={"by": "someone"})
    world.settle()
    key = f"releases/{id_of(A)}/model.tar.gz"
    assert world.keys("releases/") == [key]
    copy = world.s3.buckets[BUCKET].current(key)
    assert copy is not None
    assert copy.body == A
    assert copy.tags == {"Stack": "vis-assis", "ReleaseId": id_of(A)}
    assert (copy.headers, copy.metadata) == ({}, {}), "the id stands for the bytes alone"
    (model,) = world.hosting.models.values()
    assert {"Key": "ReleaseId", "Value": id_of(A)} in model["Tags"]


@pytest.mark.parametrize("algorithm", ["CRC64NVME", "CRC32"])
def test_upload_is_staged_once_and_nothing_is_left(world: NavigationWorld, algorithm: str) -> None:
    world.upload(A, ChecksumAlgorithm=algorithm)
    world.settle()
    assert world.keys("releases/") == [names.release_key(id_of(A))]
    versions = world.s3.buckets[BUCKET].versions
    assert not any(history for key, history in versions.items() if key.startswith("staging/"))
    before = len(world.s3.history)
    world.run()
    assert "UploadPartCopy" not in {name for name, _ in world.s3.history[before:]}


def test_parts_are_part_of_the_id_and_of_one_size(world: NavigationWorld) -> None:
    world.upload(A)
    ids = []
    for number, upload_parts in enumerate([40, 50]):
        copy_pinned(
            world.s3,
            pin(world.s3, BUCKET, UPLOAD_KEY),
            Destination(BUCKET, f"copy-{number}", tags={}, checksum="SHA256"),
            parts=PartPlan(part_bytes=upload_parts, threads=2),
        )
        copy = pin(world.s3, BUCKET, f"copy-{number}", checksum=True)
        ids.append(names.release_id(copy.sha256))
        cut = [A[i : i + upload_parts] for i in range(0, len(A), upload_parts)]
        assert ids[-1] == names.release_id_of_parts(hashlib.sha256(i).digest() for i in cut)
    assert len(set(ids)) == 2
    assert s3_multipart.PART_BYTES == 256 << 20


def test_refused_upload_makes_nothing_and_is_read_once(world: NavigationWorld) -> None:
    world.upload(archives.bad("x"))
    world.run()
    read = world.s3.bytes_read
    assert world.run().release_refused == 1
    assert world.keys() == [UPLOAD_KEY, STATUS_KEY]
    assert world.hosting.models == {}
    status_bytes = len(world.s3.buckets[BUCKET].current(STATUS_KEY).body or b"")  # type: ignore[union-attr]
    assert world.s3.bytes_read == read + status_bytes


def test_another_inspection_judges_a_refused_upload_anew(
    world: NavigationWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.upload(archives.archive({"model.bin": bytes(20000), archives.SCRIPT: b"pass"}))
    monkeypatch.setattr(release, "MAX_UNPACKED_BYTES", 1024)
    assert "put code/ first" in world.run().release_reason
    monkeypatch.undo()
    assert world.run().release_refused == 1
    monkeypatch.setattr(release, "RULES", "next")
    assert world.settle().release_refused == 0
    assert world.live.status == "InService"


def test_tampered_release_is_an_error(world: NavigationWorld) -> None:
    world.upload(A)
    world.settle()
    world.s3.put_object(Bucket=BUCKET, Key=world.keys("releases/")[0], Body=B)
    with pytest.raises(ReleaseMismatch, match="delete it"):
        world.run()


def test_names_follow_every_input_and_fit(world: NavigationWorld) -> None:
    changes: tuple[dict[str, Any], ...] = (
        {},
        {"instance_type": "ml.g6.xlarge"},
        {"instance_count": 2},
        {"image": "other:2"},
        {"environment": {"A": "b"}},
        {"role_arn": "arn:aws:iam::123456789012:role/other"},
        {"capture_percentage": 7, "capture_uri": "s3://logs/capture"},
        {"download_seconds": 61},
        {"startup_seconds": 61},
        {"ami": "al2-ami-sagemaker-inference-gpu-3-1"},
        {"isolated": False},
        {"capture_percentage": 7, "capture_uri": "s3://logs/capture", "capture_key": "arn:key"},
    )
    world.upload(A)
    base, seen = world.settings, set()
    for change in changes:
        world.settings = base
        world.configure(**change)
        world.settle()
        assert world.serves(A)
        seen.add(world.live.config)
    assert len(seen) == len(changes)
    assert max(map(len, seen)) <= 63
    variants = [call["ProductionVariants"][0] for call in world.calls("CreateEndpointConfig")]
    amis = [
        variant["InferenceAmiVersion"] for variant in variants if len(variant) > len(variants[0])
    ]
    assert amis == ["al2-ami-sagemaker-inference-gpu-3-1"]
    isolated = [call["EnableNetworkIsolation"] for call in world.calls("CreateModel")]
    assert (isolated[0], isolated.count(False)) == (True, 1)


def test_denied_bucket_is_an_error(world: NavigationWorld) -> None:
    world.upload(A)
    world.s3.denied.add((BUCKET, UPLOAD_KEY))
    with pytest.raises(ClientError, match="403"):
        world.run()
