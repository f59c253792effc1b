"""The index: no entry is lost among types that race for it, and none goes back in time."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from common.errors import ConflictError, VisAssisError
from common.model_index import INDEX_KEY, Entry, IndexInvalid, Model, dump, parse
from promote_model import build, index_writer
from promote_model.reconcile import Place
from tests.fakes.client import client_error
from tests.fakes.clock import Clock
from tests.fakes.promotion_world import GROUP, LOGGER, PRODUCTION, TYPE, World
from tests.fakes.s3 import FakeS3

SCHEDULES = 50
TYPES = [f"type-{number:02}" for number in range(20)]


def entry(sequence: int, name: str = "x") -> Entry:
    key, since = f"{name}/m.zip", "2026-01-01"
    return Entry(sequence, Model("registry", key, "v", "e", sequence, "ab", since, sequence))


def write(s3: Any, item: Entry, kind: str = TYPE) -> None:
    index_writer.write(s3, PRODUCTION, kind, item, from_records=dict, logger=LOGGER)


class Interrupted:
    """As much of S3 as the index needs; somebody may do something between a read and a write."""

    def __init__(self, meanwhile: Callable[[], None]) -> None:
        self.meanwhile = meanwhile
        self.body, self.writes = b"", 0

    def get_object(self, **_: Any) -> Any:
        if not self.writes:
            raise client_error("NoSuchKey", "GetObject")
        return {"Body": io.BytesIO(self.body), "ETag": str(self.writes)}

    def put_object(self, **call: Any) -> None:
        self.meanwhile()
        if self.writes and call.get("IfMatch") != str(self.writes):
            raise client_error("PreconditionFailed", "PutObject")
        if not self.writes and call.get("IfNoneMatch") != "*":
            raise client_error("NoSuchKey", "PutObject")
        self.body, self.writes = call["Body"], self.writes + 1


@pytest.mark.parametrize("seed", range(SCHEDULES))
def test_no_entry_is_lost_in_any_schedule(seed: int) -> None:
    """20 types write; between the read and the write of each, others may come and go."""
    chance = random.Random(seed)  # noqa: S311 - the same schedules in each run
    waiting = chance.sample(TYPES, len(TYPES))

    def one() -> None:
        kind = waiting.pop()
        write(s3, entry(1, kind), kind)

    def others() -> None:
        while waiting and chance.random() < 0.6:
            one()

    s3 = Interrupted(others)
    while waiting:
        one()
    assert parse(s3.body) == {kind: entry(1, kind) for kind in TYPES}


def test_a_field_that_a_later_release_adds_is_left_out() -> None:
    """Promotion is updated before the API."""
    content = dump({TYPE: entry(1)})
    assert parse(content.replace(b'"key"', b'"added": 1, "key"')) == {TYPE: entry(1)}


def test_an_older_decision_is_not_put_back() -> None:
    s3 = FakeS3(Clock(), PRODUCTION)
    write(s3, entry(5))
    with pytest.raises(ConflictError, match="a later decision about depth"):
        write(s3, entry(4))
    write(s3, entry(1), "tts")


@pytest.mark.parametrize("error", ["PreconditionFailed", "ConditionalRequestConflict"])
def test_a_lost_race_starts_again_from_the_read(error: str) -> None:
    s3 = FakeS3(Clock(), PRODUCTION)
    s3.inject("PutObject", error, times=3)
    write(s3, entry(1))
    write(s3, entry(1))
    calls = [operation for operation, _ in s3.history]
    assert (calls.count("GetObject"), calls.count("PutObject")) == (5, 1)
    s3.inject("PutObject", error, times=index_writer.ATTEMPTS)
    with pytest.raises(ConflictError, match="was changed"):
        write(s3, entry(2))


@pytest.mark.parametrize("operation", ["GetObject", "PutObject"])
def test_any_other_fault_is_raised(operation: str) -> None:
    s3 = FakeS3(Clock(), PRODUCTION)
    s3.inject(operation, "AccessDenied")
    with pytest.raises(Exception, match="AccessDenied"):
        write(s3, entry(1))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b'{"schema": 2, "types": {}}',
        b'{"schema": 1, "types": []}',
        b'{"schema": 1, "types": {"depth": {"sequence": Infinity, "model": null}}}',
        b'{"schema": 1, "types": {"depth": {"sequence": 1, "model": {"key": "k"}}}}',
        b'{"schema": 1, "types": ' + b"[" * 100_000,
        dump({TYPE: entry(1)}).replace(b'"x/m.zip"', b"null"),
        b"\xff\xfe",
    ],
)
def test_a_broken_index_is_named_and_rebuilt_from_the_records(content: bytes) -> None:
    with pytest.raises(IndexInvalid, match="delete it"):
        parse(content)
    world = World()
    world.approved()
    world.run()
    before = world.entry()
    world.s3.put_object(Bucket=PRODUCTION, Key=INDEX_KEY, Body=content)
    world.run()
    assert world.entry() == before


@pytest.mark.parametrize("is_restored", [False, True])
def test_a_lost_or_restored_record_does_not_stop_the_sequence(is_restored: bool) -> None:
    world = World()
    for _ in range(3):
        world.approved()
        world.run()
    versions = world.s3.buckets[PRODUCTION].versions[f"promotions/{TYPE}.json"]
    del versions[2 if is_restored else 0 :]
    world.run()
    after = world.entry()
    assert after is not None
    assert (after.sequence, world.shown()) == (4, b"package 3")
    world.run(world.reject(3))
    assert world.shown() == b"package 2"


class TestBuild:
    """What an apply asks for, before it updates the API that reads the index."""

    def build(self, world: World, slept: list[float] | None = None) -> dict[str, str]:
        world.registry.packages["empty"] = {}
        place: Place = replace(world.place(), groups={"a": "empty", TYPE: GROUP})
        pauses = [] if slept is None else slept
        return build.build_index(place, sleep=pauses.append)["failed"]

    def test_every_type_is_reconciled(self) -> None:
        world = World()
        world.approved()
        slept: list[float] = []
        assert self.build(world, slept) == {}
        assert (world.shown(), slept) == (b"package 1", [0])
        entries, _ = index_writer.read(world.s3, PRODUCTION)
        assert entries is not None
        assert entries["a"] == Entry(0, None)

    def test_rights_that_come_late_are_waited_for(self) -> None:
        world, slept = World(), list[float]()
        world.s3.inject("GetObject", "AccessDenied", times=2)
        assert self.build(world, slept) == {}
        assert slept == [0, 5]

    def test_what_one_type_lacks_stops_no_apply(self) -> None:
        world = World()
        world.approved(body=b"", described=False)
        self.build(world)
        world.s3.put_object(Bucket=PRODUCTION, Key="promotions/a.json", Body=b"{")
        assert list(self.build(world)) == ["a"]
        assert world.entry() == Entry(0, None)

    def test_without_an_index_the_apply_fails(self) -> None:
        world, slept = World(), list[float]()
        world.s3.inject("PutObject", "AccessDenied", times=99)
        with pytest.raises(VisAssisError, match=r"index\.json could not be written .*depth: "):
            self.build(world, slept)
        assert slept == [0, *build.WAITS_SECONDS]
