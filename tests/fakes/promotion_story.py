"""Plays histories of promotion and compares each run with the rule, written down a second time."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Self

from botocore.exceptions import ClientError

from common.errors import ConflictError
from tests.fakes.client import Crash
from tests.fakes.promotion_oracle import Oracle
from tests.fakes.promotion_world import GROUP, PRODUCTION, World

BROKEN = "broken"


class Story:
    """One history. Three good versions wait for approval; each method but `play` is a deed.

    The model of version 2 is called "version 2", that of the second upload "upload 2".
    """

    def __init__(self, tick: float = 0) -> None:
        self.world = World(tick)
        # Verifying takes 6 ms, and a history many runs.
        self.world.is_signed = False
        self.oracle = Oracle()
        self._uploads = 0
        self._removed: dict[str, Any] = {}
        self._is_disturbed = False
        for _ in range(3):
            self.register()

    def play_all(self, history: Iterable[tuple[tuple[Any, ...], float, tuple[Any, ...]]]) -> Self:
        """Plays deeds, each after a pause and followed by another."""
        for deed, pause, follow in history:
            self.play(deed, pause)
            self.play(follow)
        return self

    def play_text(self, history: str) -> Self:
        """Plays deeds as a table has them: "approve 1, run, upload mine.zip broken"."""
        for deed in history.split(", "):
            self.play(tuple(int(word) if word.isdigit() else word for word in deed.split()))
        return self

    def play(self, deed: tuple[Any, ...], pause: float = 0) -> None:
        self.world.clock.advance(pause)
        getattr(self, deed[0])(*deed[1:])

    def register(self, kind: str = "") -> None:
        """Every content differs, or the served copies of versions would be taken for each other."""
        text = f"version {self.world.registry.last_version[GROUP] + 1}".encode()
        version = self.world.register(text, body=text if kind == BROKEN else None)
        self.oracle.content[version] = None if kind == BROKEN else text
        self._note(version, "PendingManualApproval")

    def status(self, version: int, status: str) -> None:
        if version in self.oracle.status:
            self.world.set_status(version, status)
            self._note(version, status)

    def approve(self, version: int) -> None:
        self.status(version, "Approved")

    def reject(self, version: int) -> None:
        self.status(version, "Rejected")

    def pend(self, version: int) -> None:
        self.status(version, "PendingManualApproval")

    def flip(self, version: int) -> None:
        """Rejected and approved again before any run looks."""
        self.reject(version)
        self.world.clock.advance(0.4)
        self.approve(version)

    def nothing(self) -> None:
        """No run follows: the event is late or lost."""

    def edit(self, version: int) -> None:
        """Other metadata, which is no approval."""
        if version in self.oracle.status:
            self.world.clock.advance(self.world.tick)
            self.world.registry.edit_metadata(GROUP, version, note=str(self.world.clock()))
            self._note(version, self.oracle.status[version])

    def delete(self, version: int) -> None:
        if self.oracle.status.pop(version, None):
            self.world.registry.delete(GROUP, version)

    def renumber(self) -> None:
        """The group is deleted and made anew, so that its versions count from 1 again."""
        for version in list(self.oracle.status):
            self.delete(version)
            self.oracle.seen.pop(version, None)
        self.world.registry.last_version[GROUP] = 0

    def upload(self, name: str, kind: str = "", took: float = 0) -> None:
        self._uploads += 1
        text = f"upload {self._uploads}".encode()
        self.world.upload(text, name, took=took, body=text if kind == BROKEN else None)
        moment = self.world.clock() - timedelta(seconds=took)
        uploads = self.oracle.uploads.setdefault(name, [])
        uploads.append((moment, None if kind == BROKEN else text))

    def remove(self, name: str) -> None:
        """In a second of its own: within one, S3's answer does not tell what came first."""
        self.world.clock.advance(1)
        self.world.remove(name)
        self.world.clock.advance(1)
        self._removed[name] = self.oracle.uploads.pop(name, None)

    def restore(self, name: str) -> None:
        """Somebody takes the deletion back by deleting the delete marker."""
        self.world.versions(name).pop()
        self.oracle.uploads[name] = self._removed.pop(name)

    def run(self) -> None:
        self._run(None)

    def deliver(self, index: int = 0) -> None:
        """A run by any event so far, counted from the newest; those never chosen are lost."""
        events = self.world.registry.events
        self._run(events[-1 - index % len(events)])

    def crash(self, operation: str, after: int, after_effect: bool) -> None:
        """A run that dies somewhere; the queue delivers its message again."""
        self._is_disturbed = True
        self.world.s3.inject(operation, Crash, after=after, after_effect=bool(after_effect))
        with contextlib.suppress(Crash):
            self.world.run()
        self.world.s3.restart()
        self._run(None)

    def disturbed(
        self, before: str, version: int, status: str, failing: str | None, after: int
    ) -> None:
        """A run in the middle of which somebody decides, and a later request of which may fail."""
        self._is_disturbed = True

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

    def rest(self) -> None:
        """Another sweep writes nothing."""
        before = self._written()
        self.world.run()
        assert self._written() == before
        assert self.world.s3.uploads == {}

    def _written(self) -> dict[str, int]:
        versions = self.world.s3.buckets[PRODUCTION].versions
        return {key: len(history) for key, history in versions.items()}

    def _run(self, event: dict[str, Any] | None) -> None:
        before = self.world.shown()
        outcome = self.world.run(event)
        shown = self.world.shown()
        assert shown == self.oracle.look(self._evidence(event))
        if not self._is_disturbed:
            changed = ("serve", "withdraw") if shown != before else ("keep", "none")
            assert outcome.action == changed[shown is None]

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
