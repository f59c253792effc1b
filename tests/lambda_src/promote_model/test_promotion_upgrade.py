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


class Before:
    """What the release before left: version 1, a record of schema 1, and what it showed."""

    def __init__(self, *, by_hand: bool = False, body: bytes | None = None) -> None:
        self.world = world = World()
        world.approved()
        world.clock.advance()
        content = model_zip(b"by hand" if by_hand else b"package 1") if body is None else body
        arn, package = world.registry.arn(GROUP, 1), world.registry.packages[GROUP][1]
        tags = "" if by_hand else f"model-package-arn={arn}&model-package-version=1"
        key = f"{TYPE}/model.zip"
        shown = world.s3.put_object(Bucket=PRODUCTION, Key=key, Body=content, Tagging=tags)
        self.approval = {
            "version": 1,
            "created_at": package["CreationTime"].isoformat(),
            "approved_at": package["LastModifiedTime"].isoformat(),
            "settled": True,
        }
        self.record: dict[str, Any] = {
            "schema": 1,
            "type": TYPE,
            "written_at": world.clock().isoformat(),
            "approvals": {arn: self.approval},
            "showing": {
                "handed_over_by": "upload" if by_hand else "registry",
                "handed_over_at": world.clock().isoformat() if by_hand else None,
                "key": key,
                "version_id": shown["VersionId"],
                "package_arn": None if by_hand else arn,
                "version": None if by_hand else 1,
                "sha256": None,
                "bytes": len(content),
            },
            "promoting": [],
        }
        self.store()

    def store(self) -> None:
        body = json.dumps(self.record).encode()
        self.world.s3.put_object(Bucket=PRODUCTION, Key=f"promotions/{TYPE}.json", Body=body)


def test_a_promoted_version_goes_on_without_its_artifact() -> None:
    world = Before().world
    world.s3.delete_object(Bucket=OUTPUT, Key=f"pipelines/{TYPE}/run-1/model.zip")
    for _ in range(2):
        assert world.run().action == "keep"
    assert world.shown() == b"package 1"
    assert world.model().version == 1
    assert world.live_zips() == [world.served().key], "the former copy is no upload"
    world.run(world.reject(1))
    assert world.shown() is None


def test_a_promoted_version_below_a_bad_upload_is_no_upload() -> None:
    world = Before().world
    world.upload(body=b"<html>")
    world.run()
    assert world.shown() == b"package 1"
    world.run(world.reject(1))
    assert world.shown() is None


@pytest.mark.parametrize("body", [None, BAD["without a model"][1]], ids=["good", "no model"])
def test_an_upload_goes_on_whatever_is_in_it(body: bytes | None) -> None:
    world = Before(by_hand=True, body=body).world
    world.run()
    entry = world.entry()
    assert world.model().origin == "upload"
    world.run()
    assert world.entry() == entry
    world.approved()
    world.run()
    assert world.shown() == b"package 2"


def test_an_approval_that_no_run_had_processed_wins_over_the_upload() -> None:
    before = Before(by_hand=True)
    before.approval["settled"] = False
    before.store()
    before.world.run()
    assert before.world.shown() == b"package 1"


def test_a_version_approved_during_the_update_wins() -> None:
    world = Before().world
    world.approved()
    world.run()
    assert world.shown() == b"package 2"


def test_what_is_unreadable_is_chosen_anew() -> None:
    world = Before(by_hand=True).world
    world.s3.archived.add(world.versions()[-1].version_id)
    world.run()
    assert world.shown() == b"package 1"


def test_a_passing_fault_changes_nothing() -> None:
    world = Before(by_hand=True).world
    world.s3.inject("GetObject", "SlowDown", when=lambda call: call["Key"].endswith(".zip"))
    with pytest.raises(Exception, match="SlowDown"):
        world.run()
    world.run()
    assert (world.model().origin, world.shown()) == ("upload", b"by hand")


def test_nothing_shown_is_taken_over_as_nothing() -> None:
    before = Before()
    before.record |= {"showing": None, "approvals": {}}
    before.store()
    before.world.s3.buckets[PRODUCTION].versions.pop(f"{TYPE}/model.zip")
    before.world.reject(1)
    assert before.world.run().action == "none"


def test_an_apply_ends_before_a_model_is_lost() -> None:
    """The index of another type must not say of this one that nothing is served."""
    world = Before().world
    world.registry.packages["empty"] = {}
    place = replace(world.place(), groups={"a": "empty", TYPE: GROUP})
    world.s3.inject("CopyObject", "InternalError")
    with pytest.raises(VisAssisError, match=r"in full: depth: .*InternalError"):
        build.build_index(place, sleep=lambda _: None)
    assert world.entry() is None
    assert build.build_index(place, sleep=lambda _: None) == {"failed": {}}
    assert world.shown() == b"package 1"
