"""The status record: crashes, conflicts, damage and loss."""

from __future__ import annotations

from dataclasses import replace

import pytest

from common.errors import ConflictError
from tests.fakes import archives
from tests.fakes.navigation_world import BUCKET, NavigationWorld
from update_endpoint.entry import SUPERSEDED, Entry
from update_endpoint.errors import StatusInvalid
from update_endpoint.record import Record
from update_endpoint.settings import STATUS_KEY

A, B = archives.good("a"), archives.good("b")


@pytest.fixture
def world() -> NavigationWorld:
    return NavigationWorld()


def test_record_changed_by_another_run_is_a_conflict(world: NavigationWorld) -> None:
    world.upload(A)
    world.settle()
    world.upload(B)
    stale = world.s3.buckets[BUCKET].current(STATUS_KEY)
    assert stale is not None
    world.s3.once_before(
        "PutObject",
        lambda call: world.s3.put_object(Bucket=BUCKET, Key=STATUS_KEY, Body=b"{}"),
    )
    with pytest.raises(ConflictError):
        world.run()
    assert not world.calls("UpdateEndpoint"), "nothing is done that could not be noted"


@pytest.mark.parametrize("content", [b"", b"[]", b'{"schema": 2}', b'{"schema": 1}'])
def test_unreadable_record_is_named(world: NavigationWorld, content: bytes) -> None:
    world.s3.put_object(Bucket=BUCKET, Key=STATUS_KEY, Body=content)
    with pytest.raises(StatusInvalid, match=r"status/navigation\.json"):
        world.run()


def test_a_newer_release_that_never_answered_is_not_gone_back_to() -> None:
    answered = Entry("a", SUPERSEDED, "1", 1, config="one", accepted_at="2026-01-01T08:00:00")
    answered = replace(answered, answered_at="2026-01-01T09:00:00")
    silent = Entry("b", SUPERSEDED, "2", 1, config="two", accepted_at="2026-01-02T08:00:00")
    record = Record((answered, silent))
    assert record.fallback(frozenset({"one", "two"})) == answered
    assert record.fallback(frozenset({"two"})) == silent
