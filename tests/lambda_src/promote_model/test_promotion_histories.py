"""What is served after which history: a table, and any history that chance makes up.

After each run the oracle, which knows only the rule, says what must be served.
"""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from tests.fakes.promotion_story import BROKEN, Neglected, Story
from tests.fakes.promotion_world import GROUP, World

UPLOADED = "approve 1, run, upload mine.zip, run"
OVERWRITTEN = f"{UPLOADED}, upload mine.zip broken, run"
HISTORIES = {
    "nothing is approved": ("run", "nothing"),
    "an approval": ("approve 1, deliver", "version 1"),
    "a higher version": ("approve 1, run, approve 2, deliver", "version 2"),
    "a lower version later": ("approve 3, deliver, approve 2, deliver", "version 3"),
    "two approvals at once": ("approve 2, approve 1, run", "version 2"),
    "an event that comes again": ("approve 1, deliver, deliver, deliver", "version 1"),
    "a rejection": ("approve 2, approve 3, run, reject 3, deliver", "version 2"),
    "back to pending": ("approve 2, approve 3, run, pend 3, deliver", "version 2"),
    "a deleted version": ("approve 1, approve 2, run, delete 2, run", "version 1"),
    "the only version rejected": ("approve 1, run, reject 1, deliver", "nothing"),
    "a broken version": ("approve 1, run, register broken, approve 4, run", "version 1"),
    "a good version below a broken one": (
        "register broken, approve 4, run, approve 1, run",
        "version 1",
    ),
    "no good version": ("approve 1, run, register broken, approve 4, reject 1, run", "nothing"),
    "an upload": (UPLOADED, "upload 1"),
    "an upload without a version": ("upload mine.zip, run", "upload 1"),
    "an upload in a folder": ("upload sub/mine.zip, run", "upload 1"),
    "an upload named as the version": ("approve 1, run, upload model.zip, run", "upload 1"),
    "an approval after an upload": (f"{UPLOADED}, approve 2, run", "version 2"),
    "metadata edited after an upload": (f"{UPLOADED}, edit 1, deliver", "upload 1"),
    "a lower version edited late": (
        "approve 2, approve 3, run, upload mine.zip, edit 2, run, reject 3, run",
        "upload 1",
    ),
    "the upload deleted": (f"{UPLOADED}, remove mine.zip, run", "version 1"),
    "the deletion taken back": (
        f"{UPLOADED}, remove mine.zip, approve 2, run, restore mine.zip, run",
        "upload 1",
    ),
    "the newest of several uploads": ("upload b.zip, upload a.zip, run", "upload 2"),
    "the newest of several deleted": (
        "upload b.zip, upload a.zip, run, remove a.zip, run",
        "upload 1",
    ),
    "an upload over another, deleted": (
        "upload a.zip, run, upload a.zip, run, remove a.zip, run",
        "nothing",
    ),
    "a rejection before the upload": (
        "approve 1, approve 2, run, upload mine.zip, run, reject 2, deliver",
        "upload 1",
    ),
    "the upload that was served before": (
        f"{UPLOADED}, approve 2, run, reject 2, deliver",
        "upload 1",
    ),
    "approved again": (f"{UPLOADED}, reject 1, deliver, approve 1, deliver", "version 1"),
    "approved again, seen by the events": (
        f"{UPLOADED}, reject 1, approve 1, deliver 1, deliver",
        "version 1",
    ),
    "approved again, events in the other order": (
        f"{UPLOADED}, reject 1, approve 1, deliver, deliver 1",
        "version 1",
    ),
    "a late event of a rejection": (
        f"{UPLOADED}, reject 1, approve 1, deliver 1, upload mine.zip, run, deliver 1",
        "upload 2",
    ),
    "a group made anew": (f"{UPLOADED}, renumber, register, approve 1, run", "version 1"),
    "a broken upload over the served one": (OVERWRITTEN, "upload 1"),
    "a broken upload over one that nobody saw": (
        "upload mine.zip, upload mine.zip broken, run",
        "upload 1",
    ),
    "the overwritten one deleted": (f"{OVERWRITTEN}, remove mine.zip, run", "version 1"),
    "the overwritten one repaired": (f"{OVERWRITTEN}, upload mine.zip, run", "upload 3"),
    "the overwritten one gives way": (f"{OVERWRITTEN}, approve 2, run", "version 2"),
    "the overwritten one comes back": (
        f"{OVERWRITTEN}, approve 2, run, reject 2, deliver",
        "upload 1",
    ),
    "an upload that took long": ("approve 1, run, upload mine.zip good 30, run", "upload 1"),
    "a version after one that took long": (
        "approve 1, run, upload mine.zip good 30, run, approve 2, run",
        "version 2",
    ),
    "one that took long, first seen with an approval": (
        "upload mine.zip good 30, approve 1, run",
        "version 1",
    ),
}
# Deeds that all fall into one second. Times count by the second, what a run saw first by the run.
WITHIN_A_SECOND = {
    "an approval first seen beside an upload": ("upload mine.zip, approve 1, run", "version 1"),
    "an upload that a later run sees": ("approve 1, run, upload mine.zip, run", "upload 1"),
    "… and a rejection after it": (
        "approve 1, approve 2, run, upload mine.zip, run, reject 2, run",
        "upload 1",
    ),
    "two uploads: the greater name": ("upload a.zip, upload b.zip, run", "upload 2"),
    "a run that dies": ("upload mine.zip, approve 1, crash CopyObject 0 0", "version 1"),
}


def check(story: Story, history: str, served: str) -> None:
    story.play_text(history)
    assert (story.world.shown() or b"nothing").decode() == served
    story.rest()


@pytest.mark.parametrize(("history", "served"), HISTORIES.values(), ids=HISTORIES)
def test_what_is_served(history: str, served: str) -> None:
    check(Story(tick=1), history, served)


@pytest.mark.parametrize(("history", "served"), WITHIN_A_SECOND.values(), ids=WITHIN_A_SECOND)
def test_what_is_served_within_a_second(history: str, served: str) -> None:
    check(Story(), history, served)


def test_fractions_of_seconds_do_not_count() -> None:
    """S3 knows none: an upload at .6 reads as earlier than the approval at .3."""
    check(Story(tick=0.3), "approve 1, run, upload mine.zip, run", "upload 1")


@pytest.mark.parametrize("operation", ["PutObject", "GetObject", "CopyObject", "DeleteObject"])
@pytest.mark.parametrize(("after", "after_effect"), itertools.product(range(3), range(2)))
def test_a_crash_at_any_call(operation: str, after: int, after_effect: int) -> None:
    crash = f"crash {operation} {after} {after_effect}"
    check(Story(tick=1), f"approve 1, run, approve 2, {crash}", "version 2")


VERSIONS = st.integers(1, 3)
NAMES = st.sampled_from(["model.zip", "mine.zip"])
KINDS = st.sampled_from(["", "", BROKEN])
PAUSES = st.sampled_from([0.3, 0.0, 1.0])
STATUSES = st.sampled_from(["Approved", "Approved", "Rejected", "PendingManualApproval"])
DEEDS = st.one_of(
    st.tuples(st.just("register"), KINDS),
    st.tuples(st.just("status"), VERSIONS, STATUSES),
    st.tuples(st.just("edit"), VERSIONS),
    st.tuples(st.just("delete"), VERSIONS),
    st.tuples(st.just("upload"), NAMES, KINDS),
    st.tuples(st.just("remove"), NAMES),
    st.tuples(st.just("flip"), VERSIONS),
    st.tuples(st.just("deliver"), st.integers(0, 30)),
)
FOLLOWED_BY = st.sampled_from([("run",), ("deliver", 0), ("deliver", 1), ("nothing",)])
WRITES = ["CopyObject", "PutObject", "DeleteObject"]
CRASHES = st.tuples(
    st.just("crash"),
    st.sampled_from([*WRITES, "HeadObject", "GetObject"]),
    st.integers(0, 3),
    st.booleans(),
)
DISTURBANCES = st.tuples(
    st.just("disturbed"),
    st.sampled_from([*WRITES, "GetObject"]),
    VERSIONS,
    STATUSES,
    st.sampled_from([*WRITES, None]),
    st.integers(0, 3),
)


def histories(deeds: Any) -> Any:
    return st.lists(st.tuples(deeds, PAUSES, FOLLOWED_BY), min_size=5, max_size=30)


@settings(max_examples=200, deadline=None)
@given(histories(DEEDS | CRASHES))
def test_every_run_leaves_what_the_rule_says(history: list[Any]) -> None:
    """With events lost, doubled, late and out of order, and runs that die anywhere."""
    story = Story().play_all(history)
    story.run()
    story.rest()


@settings(max_examples=80, deadline=None)
@given(histories(DEEDS | CRASHES | DISTURBANCES), st.randoms(use_true_random=False))
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
    story.rest()


@settings(max_examples=50, deadline=None)
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
