"""The status record: every release that was asked for and what became of it. Pure; no I/O."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from update_endpoint.entry import (
    ACCEPTED,
    APPLYING,
    FAILED,
    REFUSED,
    SERVING,
    SUPERSEDED,
    WAITING,
    Entry,
)
from update_endpoint.state import Deployment

CREATE_ATTEMPTS = 3
"""Creations of a release that has never answered before it counts as failed."""
ANSWERED_ATTEMPTS = 24
"""The same of one that has answered before: about a day, as the pauses grow to an hour."""
KEPT_REFUSALS = 10


@dataclass(frozen=True)
class Failure:
    """An endpoint that cannot be kept.

    Parameters:
        endpoint_created: CreationTime of the endpoint.
        fallback: whether a release that has answered can take over at once.
        silent: whether it was in service but did not answer.
    """

    config: str
    endpoint_created: str
    reason: str
    fallback: bool
    silent: bool = False


@dataclass(frozen=True)
class Record:
    """All entries, oldest first."""

    entries: tuple[Entry, ...] = field(default=())

    def of_config(self, config: str) -> Entry | None:
        return next((item for item in self.entries if config and item.config == config), None)

    def refusal(self, version_id: str, rules: str) -> Entry | None:
        """The refusal of an upload by the rules that hold now."""
        wanted = (REFUSED, version_id, rules)
        return next(
            (item for item in self.entries if (item.state, item.version_id, item.rules) == wanted),
            None,
        )

    def release_of_version(self, version_id: str) -> str:
        """Id of the release that an upload became, "" when unknown."""
        for item in self.entries:
            if item.version_id == version_id and item.state != REFUSED:
                return item.release
        return ""

    def accept(self, wanted: Deployment, now: datetime) -> Record:
        """With an entry for the deployment; a new upload of it starts over."""
        entry = self.of_config(wanted.config)
        if entry and entry.version_id == wanted.version_id:
            return self
        at = now.isoformat()
        fresh = Entry(
            wanted.release, ACCEPTED, wanted.version_id, wanted.size, wanted.model, wanted.config
        )
        if entry:
            # An attempt under way, or what is being served, is not undone by asking again.
            state = entry.state if entry.state in (APPLYING, SERVING) else ACCEPTED
            fresh = replace(fresh, state=state, image=entry.image, answered_at=entry.answered_at)
        fresh = replace(fresh, accepted_at=at, changed_at=at)
        return Record((*(item for item in self.entries if item is not entry), fresh))

    def refuse(self, refused: Entry, now: datetime) -> Record:
        """With a refusal; the oldest ones go."""
        others = [item for item in self.entries if not _same_refusal(item, refused)]
        old = [item for item in others if item.state == REFUSED][: -(KEPT_REFUSALS - 1)]
        kept = tuple(item for item in others if item not in old)
        return Record((*kept, replace(refused, state=REFUSED, changed_at=now.isoformat())))

    def applying(self, config: str, now: datetime) -> Record:
        """After the endpoint took a config, or was seen taking it."""
        return self._change(
            lambda item: item.config == config,
            lambda item: replace(item.to(APPLYING, now), silent_since=""),
        )

    def in_service(self, config: str, reason: str, now: datetime) -> Record:
        """After the endpoint came to rest: what is not in service but was applied has failed."""

        def moved(item: Entry) -> Entry:
            if item.config and item.config == config:
                return item
            if item.state == SERVING or (item.state == APPLYING and item.silent_since):
                return item.to(SUPERSEDED, now)
            return _failed(item, reason, now) if item.state == APPLYING else item

        return self._change(lambda item: item.state != REFUSED, moved)

    def answered(self, config: str, image: str, now: datetime) -> Record:
        """After the release in service answered a question."""

        def serve(item: Entry) -> Entry:
            served = replace(item.to(SERVING, now), image=image, answered_at=now.isoformat())
            served = replace(served, failures=0, failed_endpoint="", failed_at="")
            return replace(served, waits=0, waited_at="", silent_since="")

        return self._change(lambda item: item.config == config, serve)

    def silent(self, config: str, reason: str, now: datetime) -> Record:
        """After the release in service was asked and did not answer rightly."""

        def note(item: Entry) -> Entry:
            asked = replace(item, silent_since=item.silent_since or now.isoformat())
            # What has failed stays so until it answers.
            return asked if item.state == FAILED else asked.to(APPLYING, now, reason)

        return self._change(lambda item: item.config == config, note)

    def waiting(self, config: str, reason: str, now: datetime) -> Record:
        """After a quota kept the endpoint from taking a config."""

        def wait(item: Entry) -> Entry:
            waited = replace(item, waits=item.waits + 1, waited_at=now.isoformat())
            return waited.to(WAITING, now, reason)

        return self._change(lambda item: item.config == config, wait)

    def not_in_service(self, now: datetime) -> Record:
        """After the endpoint went away: nothing is served, nothing is being applied."""
        return self._change(
            lambda item: item.state in (SERVING, APPLYING),
            lambda item: item.to(SUPERSEDED if item.state == SERVING else ACCEPTED, now),
        )

    def broken(self, failed: Failure, now: datetime) -> Record:
        """After the endpoint failed, or was never heard to answer; once for each endpoint."""
        config, reason, endpoint_created = failed.config, failed.reason, failed.endpoint_created

        def count(item: Entry) -> Entry:
            if item.config != config:
                return _failed(item, reason, now) if item.state == APPLYING else item
            if item.failed_endpoint == endpoint_created:
                return item
            failures, at = item.failures + 1, now.isoformat()
            limit = 1 if failed.fallback and not item.answered_at else CREATE_ATTEMPTS
            if item.answered_at and not failed.silent:
                limit = ANSWERED_ATTEMPTS
            # Capacity comes back: what has answered before is created for as long as that takes.
            lacks_capacity = bool(item.answered_at) and "capacity" in reason.lower()
            lost = failures >= limit and not lacks_capacity
            moved = item.to(FAILED if lost else ACCEPTED, now, reason)
            return replace(moved, failures=failures, failed_endpoint=endpoint_created, failed_at=at)

        return self._change(lambda item: item.state != REFUSED, count)

    def fallback(self, configs: frozenset[str], without: str = "") -> Entry | None:
        """What to serve when the newest upload cannot be.

        The release that answered last; only where none ever did, the newest one that has not
        failed. Its endpoint config must still exist.

        Parameters:
            without: endpoint config that is out of the question.
        """
        able = [
            item
            for item in self.entries
            if item.state not in (FAILED, REFUSED) and item.config in configs - {without}
        ]
        return max(able, key=lambda item: (item.answered_at, item.accepted_at), default=None)

    def without_releases(self, releases: frozenset[str]) -> Record:
        """After old releases were removed; refusals stay."""
        return Record(
            tuple(i for i in self.entries if i.state == REFUSED or i.release not in releases)
        )

    def _change(self, which: Callable[[Entry], bool], change: Callable[[Entry], Entry]) -> Record:
        return Record(tuple(change(item) if which(item) else item for item in self.entries))


def _failed(item: Entry, reason: str, now: datetime) -> Entry:
    said = reason or "the endpoint went back to the release before; see its alarms and logs"
    return replace(item.to(FAILED, now, said), failed_at=now.isoformat())


def _same_refusal(item: Entry, refused: Entry) -> bool:
    return item.state == REFUSED and item.version_id == refused.version_id
