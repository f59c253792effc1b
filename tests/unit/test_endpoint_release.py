"""Uploads become content-addressed copies that models point at."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from common import s3_copy
from common.s3_copy import Destination, copy_pinned
from common.s3_multipart import PartPlan
from common.s3_source import pin
from tests.unit.fakes import archives
from tests.unit.fakes.crc64nvme import crc64nvme
from tests.unit.fakes.navigation_world import BUCKET, NavigationWorld
from update_endpoint import names
from update_endpoint.errors import ReleaseMismatch
from update_endpoint.settings import STATUS_KEY, UPLOAD_KEY

A, B = archives.good("a"), archives.good("b")


@pytest.fixture
def world() -> NavigationWorld:
    return NavigationWorld()


def test_checksum_of_the_fake_is_the_published_one() -> None:
    assert crc64nvme(b"123456789") == 0xAE8B14860A799888


def test_release_is_named_after_the_servers_checksum_and_tagged(world: NavigationWorld) -> None:
    world.upload(A)
    world.settle()
    release = f"{crc64nvme(A):016x}-{len(A)}"
    key = f"releases/{release}/model.tar.gz"
    assert world.keys("releases/") == [key]
    copy = world.s3.buckets[BUCKET].current(key)
    assert copy is not None
    assert copy.body == A
    assert copy.tags == {"Stack": "vis-assis", "ReleaseId": release}
    (model,) = world.hosting.models.values()
    assert {"Key": "ReleaseId", "Value": release} in model["Tags"]


def test_upload_without_checksum_is_staged_and_nothing_is_left(world: NavigationWorld) -> None:
    world.upload(A, ChecksumAlgorithm="CRC32")
    world.settle()
    assert world.keys("releases/") == [names.release_key(f"{crc64nvme(A):016x}-{len(A)}")]
    versions = world.s3.buckets[BUCKET].versions
    assert not any(history for key, history in versions.items() if key.startswith("staging/"))
    before = len(world.s3.history)
    world.run()
    assert "CopyObject" not in {name for name, _ in world.s3.history[before:]}


def test_copy_in_parts_has_the_checksum_of_the_whole(world: NavigationWorld) -> None:
    world.upload(A, ChecksumAlgorithm="CRC32")
    copy_pinned(
        world.s3,
        pin(world.s3, BUCKET, UPLOAD_KEY),
        Destination(BUCKET, "copy", tags={}, checksum="CRC64NVME"),
        multipart_threshold=10,
        parts=PartPlan(part_bytes=50, threads=2),
    )
    head = world.s3.head_object(Bucket=BUCKET, Key="copy", ChecksumMode="ENABLED")
    assert names.checksum_hex(head["ChecksumCRC64NVME"]) == f"{crc64nvme(A):016x}"
    (create,) = [call for name, call in world.s3.history if name == "CreateMultipartUpload"]
    assert create["ChecksumType"] == "FULL_OBJECT"
    assert s3_copy.MULTIPART_THRESHOLD_BYTES == 5 << 30


def test_refused_upload_makes_nothing_and_is_read_once(world: NavigationWorld) -> None:
    world.upload(archives.bad("x"))
    world.run()
    read = world.s3.bytes_read
    assert world.run().release_refused == 1
    assert world.keys() == [UPLOAD_KEY, STATUS_KEY]
    assert world.hosting.models == {}
    status_bytes = len(world.s3.buckets[BUCKET].current(STATUS_KEY).body or b"")  # type: ignore[union-attr]
    assert world.s3.bytes_read == read + status_bytes


def test_other_budget_judges_a_refused_upload_anew(world: NavigationWorld) -> None:
    world.settings = replace(world.settings, max_unpacked_bytes=1024)
    world.upload(archives.archive({"model.bin": bytes(20000), archives.SCRIPT: b"pass"}))
    assert "INSPECTION_MAX_UNPACKED_GB" in world.run().release_reason
    world.settings = replace(world.settings, max_unpacked_bytes=1 << 20)
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


def test_deleted_upload_leaves_the_endpoint_alone(world: NavigationWorld) -> None:
    world.upload(A)
    world.settle()
    world.s3.delete_object(Bucket=BUCKET, Key=UPLOAD_KEY)
    assert world.run().action == "Keep"
    assert world.serves(A)


def test_denied_bucket_is_an_error(world: NavigationWorld) -> None:
    world.upload(A)
    world.s3.denied.add((BUCKET, UPLOAD_KEY))
    with pytest.raises(ClientError, match="403"):
        world.run()
