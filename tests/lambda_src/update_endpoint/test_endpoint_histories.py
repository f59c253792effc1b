"""What is served after which history: a table, and any history that chance makes up."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from tests.fakes import archives
from tests.fakes.navigation_story import UPLOADS, Story

A = "good a, settle"
AB = f"{A}, good b, settle"
DOWN = "remove, finish"
# History; what is served in the end; states of the releases; calls of CreateEndpoint and
# UpdateEndpoint.
HISTORIES: dict[str, tuple[str, str, str, tuple[int, int]]] = {
    "the first upload": (A, "a", "serving", (1, 0)),
    "an upload during the creation": (
        "good a, run, good c, run, settle",
        "c",
        "superseded serving",
        (1, 1),
    ),
    "an upload during an update": (
        f"{A}, good b, run, good c, run, settle",
        "c",
        "superseded superseded serving",
        (1, 2),
    ),
    "the same bytes again": (f"{A}, good a, settle", "a", "serving", (1, 0)),
    "the same bytes with another checksum": (f"{A}, crc32 a, settle", "a", "serving", (1, 0)),
    "the upload deleted": (f"{A}, unupload, settle", "a", "serving", (1, 0)),
    "no capacity at first": (
        "capacity 0, good a, run, finish, capacity 1, settle",
        "a",
        "serving",
        (2, 0),
    ),
    "a release that never starts": ("failing x, settle, hours 24", "", "failed", (3, 0)),
    "… and a good one": ("failing x, run, finish, good b, settle", "b", "accepted serving", (2, 0)),
    "an update that fails": (f"{A}, failing x, settle, hours 5", "a", "serving failed", (1, 1)),
    "… uploaded again": (
        f"{A}, failing x, settle, failing x, settle",
        "a",
        "serving failed",
        (1, 2),
    ),
    "… and the endpoint deleted": (
        f"{A}, failing x, settle, {DOWN}, settle",
        "a",
        "serving failed",
        (2, 1),
    ),
    "… with other settings": (
        f"{A}, capacity 0, good b, settle, capacity 1, instances ml.g6.xlarge, settle",
        "b",
        "superseded failed serving",
        (1, 2),
    ),
    "a rollback that fails": (
        f"{A}, good b, run, status UpdateRollbackFailed, run, good c, settle",
        "c",
        "superseded failed serving",
        (2, 1),
    ),
    "a first release that never answers": ("mute x, settle", "", "failed", (3, 0)),
    "an update that does not answer": (
        "good b, settle, good a, settle, mute x, settle, hours 24",
        "a",
        "superseded serving failed",
        (2, 2),
    ),
    "nothing answers any more": (
        f"{AB}, {DOWN}, answers 0, settle",
        "",
        "failed failed",
        (7, 1),
    ),
    "… and a new upload": (
        f"{AB}, {DOWN}, answers 0, settle, answers 1, good a, settle",
        "a",
        "failed serving",
        (8, 1),
    ),
    "no capacity for what has answered": (
        f"{A}, {DOWN}, capacity 0, hours 48",
        "",
        "accepted",
        (52, 0),
    ),
    "… asked for again": (
        f"{A}, {DOWN}, capacity 0, good a, hours 7, capacity 1, hours 2",
        "a",
        "serving",
        (12, 0),
    ),
    "what has answered starts no more": (
        f"{A}, {DOWN}, starts 0, hours 48",
        "",
        "failed",
        (25, 0),
    ),
    "a quota of one": (f"quota 1, {A}, good b, hours 3", "a", "serving waiting", (1, 6)),
    "… that is raised": (
        f"quota 1, {A}, good b, hours 3, quota 2, hours 2",
        "b",
        "superseded serving",
        (1, 7),
    ),
    "no quota for another type, and the endpoint deleted": (
        f"{A}, instances ml.p4d.24xlarge, {DOWN}, quota 0 ml.p4d.24xlarge, hours 1",
        "a",
        "serving waiting",
        (4, 2),
    ),
    "a new upload beside a waiting one": (
        "quota 0, good a, hours 4, quota 2, good a, run, finish, run",
        "a",
        "serving",
        (8, 0),
    ),
    "the record is lost": (f"{AB}, forget, settle", "b", "serving", (1, 1)),
}


@pytest.mark.parametrize(
    ("history", "served", "states", "calls"), HISTORIES.values(), ids=HISTORIES
)
def test_what_is_served(history: str, served: str, states: str, calls: tuple[int, int]) -> None:
    story = Story()
    story.play_text(history)
    world = story.world
    live = {label for label in "abc" if world.endpoint and world.serves(archives.good(label))}
    made = tuple(len(world.calls(name)) for name in ("CreateEndpoint", "UpdateEndpoint"))
    assert (live, " ".join(world.states()), made) == ({served} - {""}, states, calls)
    assert story.outcome is not None
    newest = world.record()[-1]
    is_failed = newest["state"] in ("failed", "waiting") or newest["failures"] > 0
    assert story.outcome.release_failed == is_failed


LABELS = st.sampled_from("abcd")
INSTANCE_TYPES = st.sampled_from(["ml.g5.xlarge", "ml.g6.xlarge"])
STEP = st.one_of(
    *(st.tuples(st.just(kind), LABELS) for kind in UPLOADS),
    st.tuples(st.just("quota"), st.integers(0, 3), INSTANCE_TYPES),
    st.tuples(st.just("run"), st.integers(1, 2)),
    st.tuples(st.just("crash"), st.integers(0, 30), st.booleans()),
    st.tuples(st.just("finish"), st.integers(0, 7200)),
    st.tuples(st.just("instances"), INSTANCE_TYPES),
    st.tuples(st.just("capture"), st.sampled_from([0, 5])),
    st.tuples(st.just("rescale"), st.integers(1, 2)),
    st.sampled_from([("register_scaling",), ("remove",)]),
)


@given(st.lists(STEP, max_size=40), st.sampled_from([1, 2, 3, 3]))
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_newest_upload_that_works_ends_up_served(steps: list[tuple[Any, ...]], keep: int) -> None:
    """Few kept releases never cost one in use."""
    story = Story()
    story.world.settings = replace(story.world.settings, keep_releases=keep)
    for step in steps:
        story.play(*step)
    story.ends_well()


@pytest.mark.parametrize(("call", "after_effect"), itertools.product(range(40), [False, True]))
def test_crash_at_every_call_of_an_update_is_repaired(call: int, after_effect: bool) -> None:
    story = Story()
    for kind in ("good", "failing", "mute", "crc32"):
        story.play(kind, "a")
        story.crash(call, after_effect)
        story.play("settle")
    story.ends_well()
    assert story.world.serves(archives.good("a"))
