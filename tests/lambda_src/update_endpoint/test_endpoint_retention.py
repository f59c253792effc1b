"""Old releases go; what is in use, wanted or fallen back on stays."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.fakes import archives
from tests.fakes.client import Crash
from tests.fakes.navigation_world import BUCKET, NavigationWorld
from update_endpoint.retention import Inventory, plan

A = archives.good("a")


@pytest.fixture
def world() -> NavigationWorld:
    """An endpoint that serves release A."""
    world = NavigationWorld()
    world.upload(A)
    world.settle()
    assert world.serves(A)
    return world


def test_old_releases_go_and_the_last_three_stay(world: NavigationWorld) -> None:
    for label in "bcde":
        world.upload(archives.good(label))
        world.settle()
    assert len(world.keys("releases/")) == 3
    assert len(world.hosting.models) == len(world.hosting.configs) == 3
    assert [entry["state"] for entry in world.record()] == ["superseded", "superseded", "serving"]
    history = world.s3.buckets[BUCKET].versions
    assert len([key for key in history if key.startswith("releases/") and history[key]]) == 3


def test_release_in_use_stays_however_old(world: NavigationWorld) -> None:
    world.settings = replace(world.settings, keep_releases=1)
    for label in "xyz":
        world.upload(archives.failing(label))
        world.settle()
    assert world.serves(A)
    assert len(world.keys("releases/")) == 2


def test_config_in_service_stays_beside_a_newer_one_that_failed(world: NavigationWorld) -> None:
    serving = world.live.config
    world.hosting.no_capacity = True
    world.configure(instance_type="ml.g6.xlarge")
    assert world.settle().release_failed == 1
    assert world.serves(A)
    assert serving in world.hosting.configs


def test_plan_keeps_what_is_fallen_back_on_and_what_it_cannot_tell() -> None:
    inventory = Inventory(
        archives={"r1": "2026-01-01", "r2": "2026-01-02", "r3": "2026-01-03"},
        configs={
            "c1": ("r1", "m1"),
            "c2": ("r2", "m2"),
            "c3-old": ("r3", "m3"),
            "c3": ("r3", "m3"),
            "foreign": ("", "other"),
        },
        models={"m1": "r1", "m2": "r2", "m3": "r3", "m3-unused": "r3", "other": ""},
        ages={"c1": "1", "c2": "2", "c3-old": "3", "c3": "4", "foreign": "5"},
    )
    removal = plan(inventory, frozenset({"c1"}), "r3", keep=1)
    assert removal.configs == ("c2", "c3-old")
    assert removal.models == ("m2", "m3-unused")
    assert removal.releases == {"r2"}


def test_second_stack_with_a_longer_prefix_is_left_alone(world: NavigationWorld) -> None:
    world.upload(A)
    world.settle()
    foreign = "vis-assis-navigation-two-0123456789abcdef"
    archive = "s3://other-bucket/releases/0123456789abcdef0123456789abcdef/model.tar.gz"
    world.hosting.create_model(
        ModelName=foreign,
        ExecutionRoleArn="arn:aws:iam::123456789012:role/other-role",
        PrimaryContainer={"Image": "other:1", "ModelDataUrl": archive},
    )
    for label in "bcdef":
        world.upload(archives.good(label))
        world.settle()
    assert foreign in world.hosting.models


def test_release_gone_back_to_counts_as_recent(world: NavigationWorld) -> None:
    world.settings = replace(world.settings, keep_releases=2)
    uploads = {label: archives.good(label) for label in "bcd"}
    for label in "bcbd":
        world.upload(uploads[label])
        world.settle()
    bucket = world.s3.buckets[BUCKET]
    kept = {version.body for key in world.keys("releases/") if (version := bucket.current(key))}
    assert kept == {uploads["b"], uploads["d"]}


def test_what_an_interrupted_run_had_staged_goes(world: NavigationWorld) -> None:
    world.upload(archives.good("b"), ChecksumAlgorithm="CRC32")
    world.s3.inject(
        "CreateMultipartUpload",
        Crash,
        when=lambda call: call["Key"].startswith("releases/"),
        times=1,
    )
    with pytest.raises(Crash):
        world.run()
    world.s3.restart()
    assert world.keys("staging/")
    world.upload(archives.good("c"))
    world.settle()
    versions = world.s3.buckets[BUCKET].versions
    assert not any(history for key, history in versions.items() if key.startswith("staging/"))
