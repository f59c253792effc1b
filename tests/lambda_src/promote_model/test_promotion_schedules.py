"""Any history of deeds, with events lost, doubled, late and out of order, ends as the rule says."""

from __future__ import annotations

import contextlib
from datetime import datetime
from typing import Any, Self

from botocore.exceptions import ClientError
from hypothesis import given, settings, strategies as st

from common.errors import ConflictError
from tests.fakes.client import Crash
from tests.fakes.promotion_oracle import Oracle
from tests.fakes.promotion_world import GROUP, PRODUCTION, World

VERSIONS = st.integers(1, 3)
NAMES = st.sampled_from(["model.zip", "mine.zip"])
GOOD = st.sampled_from([True, True, False])
PAUSES = st.sampled_from([0.3, 0.0, 1.0])
STATUSES = st.sampled_from(["Approved", "Approved", "Rejected", "PendingManualApproval"])
DEEDS = st.one_of(
    st.tuples(st.just("register"), GOOD),
    st.tuples(st.just("status"), VERSIONS, STATUSES),
    st.tuples(st.just("edit"), VERSIONS),
    st.tuples(st.just("delete"), VERSIONS),
    st.tuples(st.just("upload"), NAMES, GOOD),
    st.tuples(st.just("remove"), NAMES),
    st.tuples(st.just("flip"), VERSIONS),
    st.tuples(st.just("deliver"), st.integers(0, 30)),
)
FOLLOWED_BY = st.sampled_from([("sweep",), ("deliver", 0), ("deliver", 1), ("nothing",)])
CRASHES = st.tuples(
    st.just("crash"),
    st.sampled_from(["CopyObject", "PutObject", "DeleteObject", "HeadObject", "GetObject"]),
    st.integers(0, 3),
    st.booleans(),
)
DISTURBANCES = st.tuples(
    st.just("disturbed"),
    st.sampled_from(["CopyObject", "PutObject", "GetObject", "DeleteObject"]),
    VERSIONS,
    STATUSES,
    st.sampled_from(["CopyObject", "PutObject", "DeleteObject", None]),
    st.integers(0, 3),
)
HISTORIES = st.lists(st.tuples(DEEDS, PAUSES, FOLLOWED_BY), min_size=5, max_size=30)
CRASHING = st.lists(st.tuples(DEEDS | CRASHES, PAUSES, FOLLOWED_BY), min_size=5, max_size=30)
DISTURBED = st.lists(
    st.tuples(DEEDS | CRASHES | DISTURBANCES, PAUSES, FOLLOWED_BY), min_size=5, max_size=30
)


class Story:
    """Plays one history in the world and tells the oracle."""

    def __init__(self) -> None:
        self.world = World(tick=0)
        self.oracle = Oracle()
        for _ in range(3):
            self.register(good=True)

    def play_all(self, history: list[Any]) -> Self:
        for deed, pause, follow in history:
            self.play(deed, pause)
            self.play(follow)
        return self

    def play(self, deed: tuple[Any, ...], pause: float = 0) -> None:
        self.world.clock.advance(pause)
        getattr(self, deed[0])(*deed[1:])

    def register(self, good: bool) -> None:
        """Every content differs, or the served copies of versions would be taken for each other."""
        text = f"package at {len(self.world.s3.history)}".encode()
        version = self.world.register(text, body=None if good else text)
        self.oracle.content[version] = text if good else None
        self._note(version, "PendingManualApproval")

    def status(self, version: int, status: str) -> None:
        if version in self.oracle.status:
            self.world.set_status(version, status)
            self._note(version, status)

    def flip(self, version: int) -> None:
        """Rejected and approved again before any run looks."""
        self.status(version, "Rejected")
        self.world.clock.advance(0.4)
        self.status(version, "Approved")

    def nothing(self) -> None:
        """No run follows: the event is late or lost."""

    def edit(self, version: int) -> None:
        if version in self.oracle.status:
            self.world.registry.edit_metadata(GROUP, version, note=str(self.world.clock()))
            self._note(version, self.oracle.status[version])

    def delete(self, version: int) -> None:
        if self.oracle.status.pop(version, None):
            self.world.registry.delete(GROUP, version)

    def upload(self, name: str, good: bool) -> None:
        text = f"by hand at {len(self.world.s3.history)}".encode()
        self.world.upload(text, name, body=None if good else text)
        uploads = self.oracle.uploads.setdefault(name, [])
        uploads.append((self.world.clock(), text if good else None))

    def remove(self, name: str) -> None:
        """In a second of its own: within one, S3's answer does not tell what came first."""
        self.world.clock.advance(1)
        self.world.remove(name)
        self.world.clock.advance(1)
        self.oracle.uploads.pop(name, None)

    def sweep(self) -> None:
        self._run(None)

    def deliver(self, index: int) -> None:
        """Any event so far, counted from the newest; those never chosen are lost."""
        events = self.world.registry.events
        self._run(events[-1 - index % len(events)])

    def crash(self, operation: str, after: int, after_effect: bool) -> None:
        """A run that dies somewhere; the lane delivers its message again."""
        self.world.s3.inject(operation, Crash, after=after, after_effect=after_effect)
        with contextlib.suppress(Crash):
            self.world.run()
        self.world.s3.restart()
        self._run(None)

    def disturbed(
        self, before: str, version: int, status: str, failing: str | None, after: int
    ) -> None:
        """A run in the middle of which somebody decides, and a later request of which may fail."""

        def decide(_: object) -> None:
            self.status(version, status)
            self.world.clock.advance(2)

        self.world.s3.once_before(before, decide)
        if failing:
            self.world.s3.inject(failing, "SlowDown", after=after)
        with contextlib.suppress(ConflictError, ClientError):
            self.world.run()
        self.world.s3.before.clear()
        self.world.s3.restart()

    def _run(self, event: dict[str, Any] | None) -> None:
        self.world.run(event)
        assert self.world.shown() == self.oracle.look(self._evidence(event))

    def _evidence(self, event: dict[str, Any] | None) -> tuple[int, datetime] | None:
        if event is None or event["detail"]["ModelApprovalStatus"] == "Approved":
            return None
        detail = event["detail"]
        return detail["ModelPackageVersion"], datetime.fromisoformat(detail["LastModifiedTime"])

    def _note(self, version: int, status: str) -> None:
        self.oracle.status[version] = status
        self.oracle.changed[version] = self.world.clock()


class Neglected(Story):
    """A story where half of the runs never happen, the one after a crash among them."""

    def __init__(self, chance: Any) -> None:
        super().__init__()
        self.chance = chance

    def _run(self, event: dict[str, Any] | None) -> None:
        if self.chance.random() < 0.5:
            self.world.run(event)


def assert_at_rest(world: World) -> None:
    """Another sweep writes nothing."""
    before = {key: len(items) for key, items in world.s3.buckets[PRODUCTION].versions.items()}
    world.run()
    after = {key: len(items) for key, items in world.s3.buckets[PRODUCTION].versions.items()}
    assert after == before
    assert world.s3.uploads == {}


@settings(max_examples=150, deadline=None)
@given(HISTORIES)
def test_every_run_leaves_what_the_rule_says(history: list[Any]) -> None:
    story = Story().play_all(history)
    story.sweep()
    assert_at_rest(story.world)


@settings(max_examples=150, deadline=None)
@given(CRASHING)
def test_a_crash_anywhere_changes_nothing_in_the_end(history: list[Any]) -> None:
    story = Story().play_all(history)
    story.sweep()
    assert_at_rest(story.world)


@settings(max_examples=100, deadline=None)
@given(DISTURBED, st.randoms(use_true_random=False))
def test_deeds_during_runs_and_between_a_fault_and_its_retry_break_no_promise(
    history: list[Any], chance: Any
) -> None:
    """What a dying run had removed is open; that one whole, wanted model is left is not."""
    story = Neglected(chance).play_all(history)
    story.world.run()
    shown, oracle = story.world.shown(), story.oracle
    approved = [v for v, status in oracle.status.items() if status == "Approved"]
    deliverable, uploads = oracle.deliverable(approved), map(oracle.good, oracle.uploads)
    allowed = {upload[1] for upload in uploads if upload is not None}
    if deliverable:
        allowed.add(oracle.content[max(deliverable)] or b"")
    assert shown in allowed if allowed else shown is None
    assert_at_rest(story.world)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(VERSIONS, STATUSES), max_size=12), st.randoms(use_true_random=False))
def test_the_order_of_the_events_does_not_matter(changes: list[Any], chance: Any) -> None:
    """Without uploads the end depends on the registry alone."""
    world = World()
    for _ in range(4):
        world.register()
    for version, status in changes:
        world.set_status(version, status)
    events = [*world.registry.events, *world.registry.events]
    chance.shuffle(events)
    for event in events[: chance.randint(0, len(events))]:
        world.run(event)
    world.run()
    packages = world.registry.packages[GROUP].items()
    approved = [number for number, item in packages if item["ModelApprovalStatus"] == "Approved"]
    expected = f"package {max(approved)}".encode() if approved else None
    assert world.shown() == expected
