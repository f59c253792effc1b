"""Plays histories of the endpoint, and knows what holds at every moment and in the end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.fakes import archives
from tests.fakes.client import Crash, Paginator
from tests.fakes.navigation_world import BUCKET, ENDPOINT, NavigationWorld
from update_endpoint.reconcile import Clients, Outcome, reconcile
from update_endpoint.settings import STATUS_KEY, UPLOAD_KEY

UPLOADS = ("good", "failing", "mute", "bad", "crc32")
"""Of archives.py; the last is a good one to which S3 gave another checksum."""
RESOURCE = f"endpoint/{ENDPOINT}/variant/navigation"


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


class Story:
    """A world, what was done to it, and what it must come to; each method is a deed."""

    def __init__(self) -> None:
        self.world = NavigationWorld()
        self.newest: tuple[str, bytes] | None = None
        self.last_served: bytes | None = None
        self.in_service: set[bytes] = set()
        self.wishes = self.crashes = self.removals = 0
        self.outcome: Outcome | None = None

    def play_text(self, history: str) -> None:
        """Plays deeds as a table has them: "good a, settle, quota 1, hours 3"."""
        for deed in history.split(", "):
            name, *values = deed.split()
            self.play(name, *(int(value) if value.isdigit() else value for value in values))

    def play(self, name: str, *values: Any) -> None:
        if name in UPLOADS:
            self.upload(name, *values)
        else:
            getattr(self, name)(*values)
        self.look()

    def upload(self, kind: str, label: str) -> None:
        extra = {"ChecksumAlgorithm": "CRC32"} if kind == "crc32" else {}
        kind = "good" if kind == "crc32" else kind
        content = getattr(archives, kind)(label)
        self.world.upload(content, **extra)
        self.newest = (kind, content)
        self.wishes += 1

    def unupload(self) -> None:
        self.world.s3.delete_object(Bucket=BUCKET, Key=UPLOAD_KEY)

    def forget(self) -> None:
        """The status record is lost."""
        self.world.s3.delete_object(Bucket=BUCKET, Key=STATUS_KEY)

    def run(self, times: int = 1) -> None:
        for _ in range(times):
            self.outcome = self.world.run()

    def settle(self) -> None:
        self.outcome = self.world.settle(rounds=60)

    def finish(self, seconds: int = 0) -> None:
        """Ends what the endpoint is doing, if anything."""
        live = self.world.endpoint
        if live and live.status not in ("InService", "Failed"):
            self.world.clock.advance(seconds)
            self.world.finish()

    def hours(self, hours: int) -> None:
        """What the schedule of five minutes comes to."""
        for _ in range(hours * 12):
            self.world.clock.advance(300)
            self.run()
            self.finish()

    def crash(self, calls: int, after_effect: bool) -> None:
        countdown, kept = Countdown(calls, after_effect), self.world.clients
        clients = (kept.s3, kept.sagemaker, kept.autoscaling, kept.runtime, kept.cloudwatch)
        mortal = Clients(*(Mortal(client, countdown) for client in clients))
        try:
            reconcile(mortal, self.world.clock, self.world.settings)
        except Crash:
            self.crashes += 1

    def status(self, status: str) -> None:
        self.world.live.status, self.world.live.pending = status, ""

    def quota(self, instances: int, instance_type: str = "ml.g5.xlarge") -> None:
        self.world.hosting.quotas[instance_type] = instances

    def capacity(self, there: int) -> None:
        self.world.hosting.no_capacity = not there

    def starts(self, works: int) -> None:
        self.world.hosting.no_start = not works

    def answers(self, there: int) -> None:
        self.world.runtime.deaf = not there

    def instances(self, instance_type: str) -> None:
        self._configure(instance_type=instance_type)

    def capture(self, percentage: int) -> None:
        self._configure(capture_percentage=percentage, capture_uri="s3://capture/navigation")

    def rescale(self, count: int) -> None:
        if self._is_in_service():
            self.world.hosting.rescale(ENDPOINT, count)

    def register_scaling(self) -> None:
        if self._is_in_service():
            self.world.scaling.targets[RESOURCE] = {"ResourceId": RESOURCE}

    def remove(self) -> None:
        """Somebody deletes the endpoint."""
        if self._is_in_service():
            self.world.hosting.delete_endpoint(EndpointName=ENDPOINT)
            self.removals += 1

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
        """The newest upload that works is served in the end, in as few calls as that takes."""
        self.world.hosting.quotas = {}
        self.world.clock.advance(7200)
        self.settle()
        self.look()
        kind, content = self.newest or ("none", b"")
        live = self.world.endpoint
        if kind == "good":
            assert self.world.serves(content), (self.outcome, self.world.record())
        elif self.last_served is not None:
            assert live is not None
            assert (live.status, live.serving) == ("InService", self.last_served)
        elif live is not None:
            # It answers at last, though it was never asked before.
            assert live.status == "InService"
            assert live.serving in self.in_service
        assert self.outcome is not None
        judged = (self.outcome.release_failed, self.outcome.release_refused)
        assert judged == (int(kind in ("failing", "mute")), int(kind == "bad"))
        extra = self.crashes + self.world.hosting.refusals
        assert len(self.world.calls("UpdateEndpoint")) <= self.wishes + extra
        creations = len(self.world.calls("CreateEndpoint"))
        assert creations <= 4 * self.wishes + extra + 2 * self.removals
        assert len(self.world.keys("releases/")) <= self.world.settings.keep_releases + 2
        assert self.world.keys("staging/") == []
        self.rests()

    def rests(self) -> None:
        """Another run changes nothing."""
        before = len(self.world.hosting.history)
        assert self.world.run().action == "Keep"
        calls = [name for name, _ in self.world.hosting.history[before:]]
        assert all(name.startswith(("List", "Describe")) for name in calls)

    def _configure(self, **changes: Any) -> None:
        before = self.world.settings
        self.world.configure(**changes)
        self.wishes += before != self.world.settings

    def _is_in_service(self) -> bool:
        live = self.world.endpoint
        return live is not None and live.status == "InService"
