"""Random lives of the endpoint: whatever happens, the newest upload that works ends up served."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from tests.fakes import archives
from tests.fakes.client import Crash, Paginator
from tests.fakes.navigation_world import ENDPOINT, NavigationWorld
from update_endpoint.reconcile import Clients, reconcile
from update_endpoint.settings import STATUS_KEY

LABELS = st.sampled_from("abcd")
INSTANCE_TYPES = st.sampled_from(["ml.g5.xlarge", "ml.g6.xlarge"])
STEP = st.one_of(
    st.tuples(st.just("good"), LABELS),
    st.tuples(st.just("failing"), LABELS),
    st.tuples(st.just("mute"), LABELS),
    st.tuples(st.just("bad"), LABELS),
    st.tuples(st.just("quota"), st.dictionaries(INSTANCE_TYPES, st.integers(0, 3))),
    st.tuples(st.just("good without checksum"), LABELS),
    st.tuples(st.just("run"), st.integers(1, 2)),
    st.tuples(st.just("crash"), st.tuples(st.integers(0, 30), st.booleans())),
    st.tuples(st.just("finish"), st.integers(0, 7200)),
    st.tuples(st.just("instance type"), INSTANCE_TYPES),
    st.tuples(st.just("capture"), st.sampled_from([0, 5])),
    st.tuples(st.just("rescale"), st.integers(1, 2)),
    st.tuples(st.just("register scaling"), st.none()),
    st.tuples(st.just("endpoint deleted by hand"), st.none()),
)


class Countdown:
    """Kills the process before or after the n-th call, whichever client takes it."""

    def __init__(self, calls: int, after_effect: bool) -> None:
        self.calls, self.after_effect = calls, after_effect

    def guard(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(**arguments: Any) -> Any:
            self.calls -= 1
            if self.calls < 0 and not self.after_effect:
                raise Crash
            answer = call(**arguments)
            if self.calls < 0:
                raise Crash
            return answer

        return guarded


class Mortal:
    """A client whose calls are counted down."""

    def __init__(self, client: Any, countdown: Countdown) -> None:
        self.client, self.countdown = client, countdown

    def __getattr__(self, name: str) -> Any:
        return self.countdown.guard(getattr(self.client, name))

    def get_paginator(self, name: str) -> Paginator:
        return Paginator(getattr(self, name))


class Life:
    """A world, what was done to it, and what it must come to."""

    def __init__(self) -> None:
        self.world = NavigationWorld()
        self.newest: tuple[str, bytes] | None = None
        self.last_served: bytes | None = None
        self.in_service: set[bytes] = set()
        self.wishes = self.crashes = self.removals = 0

    def step(self, kind: str, value: Any) -> None:
        world, live = self.world, self.world.endpoint
        if kind in ("good", "failing", "mute", "bad", "good without checksum"):
            content = getattr(archives, kind.split(maxsplit=1)[0])(value)
            extra = {"ChecksumAlgorithm": "CRC32"} if " " in kind else {}
            world.upload(content, **extra)
            self.newest = (kind.split(maxsplit=1)[0], content)
            self.wishes += 1
        elif kind == "quota":
            world.hosting.quotas = value
        elif kind == "run":
            for _ in range(value):
                world.run()
        elif kind == "crash":
            self.crash(*value)
        elif kind == "finish" and live and live.status not in ("InService", "Failed"):
            world.clock.advance(value)
            world.finish()
        elif kind == "instance type":
            self.configure(instance_type=value)
        elif kind == "capture":
            self.configure(capture_percentage=value, capture_uri="s3://capture/navigation")
        elif live and live.status == "InService":
            self.disturb(kind, value)
        self.look()

    def configure(self, **changes: Any) -> None:
        before = self.world.settings
        self.world.configure(**changes)
        self.wishes += before != self.world.settings

    def disturb(self, kind: str, value: Any) -> None:
        if kind == "rescale":
            self.world.hosting.rescale(ENDPOINT, value)
        elif kind == "register scaling":
            resource = f"endpoint/{ENDPOINT}/variant/navigation"
            self.world.scaling.targets[resource] = {"ResourceId": resource}
        elif kind == "endpoint deleted by hand":
            self.world.hosting.delete_endpoint(EndpointName=ENDPOINT)
            self.removals += 1

    def crash(self, calls: int, after_effect: bool) -> None:
        countdown = Countdown(calls, after_effect)
        kept = self.world.clients
        clients = Clients(
            *(
                Mortal(i, countdown)
                for i in (kept.s3, kept.sagemaker, kept.autoscaling, kept.runtime, kept.cloudwatch)
            )
        )
        try:
            reconcile(clients, self.world.clock, self.world.settings)
        except Crash:
            self.crashes += 1

    def look(self) -> None:
        """What holds at every moment: a new instance would load just what is being served."""
        live = self.world.endpoint
        if live and live.serving is not None and live.status in ("InService", "Updating"):
            assert self.world.hosting.load(live.config) == live.serving
            self.in_service.add(live.serving)
            record = self.world.record() if self.world.keys(STATUS_KEY) else []
            if (live.config, "serving") in {(item["config"], item["state"]) for item in record}:
                assert b"MUTE" not in live.serving, "what never answered does not serve"
                self.last_served = live.serving

    def ends_well(self) -> None:
        self.world.hosting.quotas = {}
        self.world.clock.advance(7200)
        outcome = self.world.settle(rounds=60)
        self.look()
        kind, content = self.newest or ("none", b"")
        live = self.world.endpoint
        if kind == "good":
            assert self.world.serves(content), (outcome, self.world.record())
        elif self.last_served is not None:
            assert live is not None
            assert (live.status, live.serving) == ("InService", self.last_served)
        elif live is not None:
            # It answers at last, though it was never asked before.
            assert live.status == "InService"
            assert live.serving in self.in_service
        assert (outcome.release_failed, outcome.release_refused) == (
            int(kind in ("failing", "mute")),
            int(kind == "bad"),
        )
        extra = self.crashes + self.world.hosting.refusals
        assert len(self.world.calls("UpdateEndpoint")) <= self.wishes + extra
        assert len(self.world.calls("CreateEndpoint")) <= (
            4 * self.wishes + extra + 2 * self.removals
        )
        assert len(self.world.keys("releases/")) <= self.world.settings.keep_releases + 2
        assert self.world.keys("staging/") == []
        before = len(self.world.hosting.history), self.world.record() if self.newest else None
        again = self.world.run()
        assert again.action == "Keep"
        assert all(
            name.startswith(("List", "Describe"))
            for name, _ in self.world.hosting.history[before[0] :]
        )


@given(st.lists(STEP, max_size=40))
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_newest_upload_that_works_ends_up_served(steps: list[tuple[str, Any]]) -> None:
    life = Life()
    for kind, value in steps:
        life.step(kind, value)
    life.ends_well()


@given(st.lists(STEP, max_size=30), st.integers(1, 2))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_few_kept_releases_never_cost_one_in_use(steps: list[tuple[str, Any]], keep: int) -> None:
    life = Life()
    life.world.settings = replace(life.world.settings, keep_releases=keep)
    for kind, value in steps:
        life.step(kind, value)
    life.ends_well()


@pytest.mark.parametrize("after_effect", [False, True])
@pytest.mark.parametrize("call", range(40))
def test_crash_at_every_call_of_an_update_is_made_good(call: int, after_effect: bool) -> None:
    life = Life()
    for kind in ("good", "failing", "mute", "good without checksum"):
        life.step(kind, "a")
        life.crash(call, after_effect)
        life.world.settle()
        life.look()
    life.ends_well()
    assert life.world.serves(archives.good("a"))
