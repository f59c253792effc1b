"""An update of a stack from before the index: what is served then goes on being served."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from common.errors import VisAssisError
from promote_model import build
from tests.fakes.bad_zips import BAD
from tests.fakes.model_zips import model_zip
from tests.fakes.promotion_world import GROUP, OUTPUT, PRODUCTION, TYPE, World


def former(world: World, *, by_hand: bool = False, name: str = "model.zip") -> dict[str, Any]:
    """What the release before left: a record of schema 1, and what it showed."""
    world.approve(world.register(name=name))
    body = model_zip(b"by hand") if by_hand else model_zip(b"package 1")
    world.clock.advance()
    tags = f"model-package-arn={world.registry.arn(GROUP, 1)}&model-package-version=1"
    shown = world.s3.put_object(
        Bucket=PRODUCTION, Key=f"{TYPE}/{name}", Body=body, Tagging="" if by_hand else tags
    )
    package = world.registry.packages[GROUP][1]
    approval = {
        "version": 1,
        "created_at": package["CreationTime"].isoformat(),
        "approved_at": package["LastModifiedTime"].isoformat(),
        "settled": True,
    }
    record = {
        "schema": 1,
        "type": TYPE,
        "written_at": world.clock().isoformat(),
        "approvals": {world.registry.arn(GROUP, 1): approval},
        "showing": {
            "handed_over_by": "upload" if by_hand else "registry",
            "handed_over_at": world.clock().isoformat() if by_hand else None,
            "key": f"{TYPE}/{name}",
            "version_id": shown["VersionId"],
            "package_arn": None if by_hand else world.registry.arn(GROUP, 1),
            "version": None if by_hand else 1,
            "sha256": None,
            "bytes": len(body),
        },
        "promoting": [],
    }
    store(world, record)
    return record


def store(world: World, record: dict[str, Any]) -> None:
    key = f"promotions/{TYPE}.json"
    world.s3.put_object(Bucket=PRODUCTION, Key=key, Body=json.dumps(record).encode())


@pytest.fixture
def world() -> World:
    return World()


def test_a_promoted_version_goes_on_without_its_artifact(world: World) -> None:
    former(world)
    world.s3.delete_object(Bucket=OUTPUT, Key=f"pipelines/{TYPE}/run-1/model.zip")
    assert world.run().action == "keep"
    assert world.shown() == b"package 1"
    entry = world.entry()
    assert entry is not None
    assert entry.model is not None
    assert (entry.model.version, entry.sequence) == (1, 1)
    assert world.s3.buckets[PRODUCTION].current(f"{TYPE}/model.zip") is None, "it is no upload"
    assert world.run().action == "keep"
    world.run(world.reject(1))
    assert world.shown() is None


def test_a_promoted_version_below_a_bad_upload_is_no_upload(world: World) -> None:
    former(world)
    world.upload(body=b"<html>")
    world.run()
    assert world.shown() == b"package 1"
    world.run(world.reject(1))
    assert world.shown() is None


@pytest.mark.parametrize(
    "body", [model_zip(b"by hand"), BAD["without a model"][1]], ids=["good", "without a model"]
)
def test_an_upload_goes_on_whatever_is_in_it(world: World, body: bytes) -> None:
    record = former(world, by_hand=True)
    version = world.versions()[-1]
    version.body = body
    store(world, record)
    world.run()
    entry = world.entry()
    assert entry is not None
    assert entry.model is not None
    assert (entry.model.origin, entry.model.bytes) == ("upload", len(body))
    world.run()
    assert world.entry() == entry
    world.approve(world.register())
    world.run()
    assert world.shown() == b"package 2"


def test_a_version_approved_during_the_update_wins(world: World) -> None:
    former(world)
    world.approve(world.register())
    world.run()
    assert world.shown() == b"package 2"


def test_an_approval_that_no_run_had_settled_wins_over_the_upload(world: World) -> None:
    record = former(world, by_hand=True)
    for approval in record["approvals"].values():
        approval["settled"] = False
    store(world, record)
    world.run()
    assert world.shown() == b"package 1"


def test_what_is_gone_or_unreadable_is_chosen_anew(world: World) -> None:
    former(world, by_hand=True)
    world.s3.archived.add(world.versions()[-1].version_id)
    world.run()
    assert world.shown() == b"package 1"


def test_a_passing_fault_changes_nothing(world: World) -> None:
    former(world, by_hand=True)
    world.s3.inject("GetObject", "SlowDown", when=lambda call: call["Key"].endswith(".zip"))
    with pytest.raises(Exception, match="SlowDown"):
        world.run()
    world.run()
    entry = world.entry()
    assert entry is not None
    assert entry.model is not None
    assert (entry.model.origin, world.shown()) == ("upload", b"by hand")


def test_an_apply_ends_before_a_model_is_lost(world: World) -> None:
    """The index of another type must not say of this one that nothing is served."""
    former(world)
    world.registry.packages["empty"] = {}
    place = replace(world.place(), groups={"a": "empty", TYPE: GROUP})
    world.s3.inject("CopyObject", "InternalError")
    with pytest.raises(VisAssisError, match=r"in full: depth: .*InternalError"):
        build.build_index(place, sleep=lambda _: None)
    assert world.entry() is None
    assert build.build_index(place, sleep=lambda _: None) == {"failed": {}}
    assert world.shown() == b"package 1"


def test_nothing_shown_is_taken_over_as_nothing(world: World) -> None:
    record = former(world)
    store(world, {**record, "showing": None, "approvals": {}})
    world.s3.buckets[PRODUCTION].versions.pop(f"{TYPE}/model.zip")
    world.reject(1)
    assert world.run().action == "none"


@pytest.mark.parametrize("broken", ["approvals", "showing"])
def test_a_broken_one_is_named(world: World, broken: str) -> None:
    record = former(world)
    store(world, {**record, broken: {"a": {}}})
    with pytest.raises(Exception, match="is not a promotion record"):
        world.run()
