"""The index: no entry is lost among types that race for it, and none goes back in time."""

from __future__ import annotations

import io
import random
import threading
from collections.abc import Callable, Iterator
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

SCHEDULES = 1000
TYPES = [f"type-{number:02}" for number in range(20)]


def entry(sequence: int, name: str = "x") -> Entry:
    return Entry(
        sequence,
        Model(
            "registry", f"{name}/m.zip", "v", "e", sequence, "ab", "2026-01-01", version=sequence
        ),
    )


class OneObject:
    """As much of S3 as the index needs; the checks of the other fake would take half a minute."""

    def __init__(self) -> None:
        self.body, self.writes = b"", 0

    def get_object(self, **_: Any) -> Any:
        if not self.writes:
            raise client_error("NoSuchKey", "GetObject")
        return {"Body": io.BytesIO(self.body), "ETag": str(self.writes)}

    def put_object(self, **call: Any) -> None:
        if self.writes and call.get("IfMatch") != str(self.writes):
            raise client_error("PreconditionFailed", "PutObject")
        if not self.writes and call.get("IfNoneMatch") != "*":
            raise client_error("NoSuchKey", "PutObject")
        self.body, self.writes = call["Body"], self.writes + 1


class Turns:
    """S3 for threads that take turns: which of them goes on is drawn at each call."""

    def __init__(self, s3: OneObject, chance: random.Random) -> None:
        self._s3, self._chance = s3, chance
        self._waiting: dict[int, threading.Event] = {}
        self._arrived = threading.Condition()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        call = getattr(self._s3, name)

        def in_turn(**arguments: Any) -> Any:
            mine = threading.Event()
            with self._arrived:
                self._waiting[threading.get_ident()] = mine
                self._arrived.notify()
            mine.wait()
            return call(**arguments)

        return in_turn

    def run(self, works: list[Callable[[], object]]) -> None:
        """Runs all of them to their ends."""
        running = len(works)

        def until_done(work: Callable[[], object]) -> None:
            nonlocal running
            try:
                work()
            finally:
                with self._arrived:
                    running -= 1
                    self._arrived.notify()

        for work in works:
            threading.Thread(target=until_done, args=(work,), daemon=True).start()
        while True:
            with self._arrived:
                self._arrived.wait_for(lambda: len(self._waiting) == running, timeout=30)
                if not running:
                    return
                thread = self._chance.choice(sorted(self._waiting))
                self._waiting.pop(thread).set()


def test_no_entry_is_lost_in_a_thousand_schedules() -> None:
    """20 types write at once; each schedule interleaves their reads and writes in another way."""
    for seed in range(SCHEDULES):
        chance = random.Random(seed)  # noqa: S311 - the same schedules in each run
        s3 = OneObject()
        # Some begin later: with all at once, only the first rounds would differ.
        late = chance.sample(TYPES, chance.randint(0, 15))
        for kinds in (late, [kind for kind in TYPES if kind not in late]):
            turns = Turns(s3, chance)
            turns.run([writing(turns, kind) for kind in kinds])
        assert parse(s3.body) == {kind: entry(1, kind) for kind in TYPES}, seed


def writing(s3: Any, kind: str) -> Callable[[], None]:
    return lambda: index_writer.write(
        s3, PRODUCTION, kind, entry(1, kind), from_records=dict, logger=LOGGER
    )


def write(s3: Any, item: Entry, kind: str = TYPE) -> None:
    index_writer.write(s3, PRODUCTION, kind, item, from_records=dict, logger=LOGGER)


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
    assert [operation for operation, _ in s3.history].count("GetObject") == 4
    s3.inject("PutObject", error, times=index_writer.ATTEMPTS)
    with pytest.raises(ConflictError, match="was changed"):
        write(s3, entry(2))


def test_an_index_that_says_it_already_is_not_written() -> None:
    s3 = FakeS3(Clock(), PRODUCTION)
    write(s3, entry(1))
    write(s3, entry(1))
    assert [operation for operation, _ in s3.history].count("PutObject") == 1


def test_any_other_fault_is_raised() -> None:
    s3 = FakeS3(Clock(), PRODUCTION)
    for operation in ("GetObject", "PutObject"):
        s3.inject(operation, "AccessDenied")
        with pytest.raises(Exception, match="AccessDenied"):
            write(s3, entry(1))
        s3.restart()


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
        dump({TYPE: entry(1)}).replace(b'"depth/m.zip"', b"null").replace(b'"x/m.zip"', b"null"),
        b"\xff\xfe",
    ],
)
def test_a_broken_index_is_named_and_rebuilt_from_the_records(content: bytes) -> None:
    with pytest.raises(IndexInvalid, match="delete it"):
        parse(content)
    world = World()
    world.approve(world.register())
    world.run()
    before = world.entry()
    world.s3.put_object(Bucket=PRODUCTION, Key=INDEX_KEY, Body=content)
    world.run()
    assert world.entry() == before


@pytest.mark.parametrize("is_restored", [False, True])
def test_a_lost_or_restored_record_does_not_stop_the_sequence(is_restored: bool) -> None:
    world = World()
    for _ in range(3):
        world.approve(world.register())
        world.run()
    versions = world.s3.buckets[PRODUCTION].versions[f"promotions/{TYPE}.json"]
    del versions[2 if is_restored else 0 :]
    world.run()
    after = world.entry()
    assert after is not None
    assert (after.sequence, world.shown()) == (4, b"package 3")
    world.run(world.reject(3))
    assert world.shown() == b"package 2"


def test_a_run_that_was_overtaken_changes_nothing() -> None:
    """It read before another run decided, and comes to write after it."""
    world = World()
    world.approve(world.register())
    world.run()
    world.approve(world.register())

    def overtake(_: object) -> None:
        world.reject(2)
        world.run()

    world.s3.once_before("CopyObject", overtake)
    with pytest.raises(ConflictError):
        world.run()
    assert world.shown() == b"package 1"
    world.run()
    assert world.shown() == b"package 1"


class TestBuild:
    """What an apply asks for."""

    @pytest.fixture
    def slept(self) -> Iterator[list[float]]:
        yield []

    def place(self, world: World) -> Place:
        world.registry.packages["empty"] = {}
        return replace(world.place(), groups={TYPE: GROUP, "tts": "empty"})

    def test_every_type_is_reconciled(self, slept: list[float]) -> None:
        world = World()
        world.approve(world.register())
        assert build.build_index(self.place(world), sleep=slept.append) == {"failed": {}}
        assert (world.shown(), slept) == (b"package 1", [0])
        index = index_writer.read(world.s3, PRODUCTION)[0]
        assert index is not None
        assert index["tts"] == Entry(0, None)

    def test_rights_that_come_late_are_waited_for(self, slept: list[float]) -> None:
        world = World()
        world.s3.inject("GetObject", "AccessDenied", times=2)
        assert build.build_index(self.place(world), sleep=slept.append) == {"failed": {}}
        assert slept == [0, 5]

    def test_what_one_type_lacks_stops_no_apply(self, slept: list[float]) -> None:
        world = World()
        world.approve(world.register(body=b"", described=False))
        build.build_index(self.place(world), sleep=slept.append)
        world.s3.put_object(Bucket=PRODUCTION, Key="promotions/tts.json", Body=b"{")
        failed = build.build_index(self.place(world), sleep=slept.append)["failed"]
        assert list(failed) == ["tts"]
        assert world.entry() == Entry(0, None)

    def test_without_an_index_the_apply_fails(self, slept: list[float]) -> None:
        world = World()
        world.s3.inject("PutObject", "AccessDenied", times=99)
        with pytest.raises(VisAssisError, match=r"index\.json could not be written .*: depth: "):
            build.build_index(self.place(world), sleep=slept.append)
        assert slept == [0, *build.WAITS_SECONDS]
