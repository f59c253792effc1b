"""The status record: every release that was asked for and what became of it. Pure; no I/O."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from update_endpoint.state import Deployment

ACCEPTED = "accepted"
"""Inspected and copied; not handed to the endpoint yet, or waiting for another try."""
APPLYING = "applying"
SERVING = "serving"
FAILED = "failed"
REFUSED = "refused"
SUPERSEDED = "superseded"
STATES = frozenset({ACCEPTED, APPLYING, SERVING, FAILED, REFUSED, SUPERSEDED})
CREATE_ATTEMPTS = 3
"""Creations of a release that has never served before it counts as failed."""
KEPT_REFUSALS = 10


@dataclass(frozen=True)
class Entry:
    """A release under one endpoint config, or a refused upload.

    Parameters:
        release: release id; "" for a refused upload whose checksum S3 does not hold.
        version_id: version of the upload that asked for it last.
        rules: what a refusal was judged by, so that other limits judge anew.
        failures: creations of the endpoint that failed since it was asked for.
        failed_endpoint: CreationTime of the last endpoint that failed, so that none counts twice.
        accepted_at, failed_at, served_at, changed_at: ISO 8601; "" = never.
    """

    release: str
    state: str
    version_id: str
    size: int
    model: str = ""
    config: str = ""
    reason: str = ""
    rules: str = ""
    failures: int = 0
    failed_endpoint: str = ""
    accepted_at: str = ""
    failed_at: str = ""
    served_at: str = ""
    changed_at: str = ""

    def deployment(self) -> Deployment:
        return Deployment(self.release, self.version_id, self.size, self.model, self.config)

    def to(self, state: str, now: datetime, reason: str = "") -> Entry:
        """The entry in another state; unchanged when nothing differs."""
        if (self.state, self.reason) == (state, reason):
            return self
        return replace(self, state=state, reason=reason, changed_at=now.isoformat())


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
            fresh = replace(fresh, state=state, served_at=entry.served_at)
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
        return self._change(lambda item: item.config == config, lambda i: i.to(APPLYING, now))

    def in_service(self, config: str, reason: str, now: datetime) -> Record:
        """After the endpoint came to rest: what is not in service but was applied has failed."""

        def settle(item: Entry) -> Entry:
            if item.config and item.config == config:
                served = item.served_at if item.state == SERVING else now.isoformat()
                settled = replace(item.to(SERVING, now), served_at=served)
                return replace(settled, failures=0, failed_endpoint="", failed_at="")
            if item.state == APPLYING:
                return _failed(item, reason, now)
            return item.to(SUPERSEDED, now) if item.state == SERVING else item

        return self._change(lambda item: item.state != REFUSED, settle)

    def not_in_service(self, now: datetime) -> Record:
        """After the endpoint went away: nothing is served, nothing is being applied."""
        return self._change(
            lambda item: item.state in (SERVING, APPLYING),
            lambda item: item.to(SUPERSEDED if item.state == SERVING else ACCEPTED, now),
        )

    def broken(
        self, config: str, endpoint_created: str, reason: str, fallback: bool, now: datetime
    ) -> Record:
        """After the endpoint failed with `config`.

        Parameters:
            endpoint_created: CreationTime of the endpoint that failed.
            fallback: whether another release can take over at once.
        """
        limit = 1 if fallback else CREATE_ATTEMPTS

        def count(item: Entry) -> Entry:
            if item.config != config:
                return _failed(item, reason, now) if item.state == APPLYING else item
            if item.failed_endpoint == endpoint_created:
                return item
            failures, at = item.failures + 1, now.isoformat()
            lost = not item.served_at and failures >= limit
            moved = item.to(FAILED if lost else ACCEPTED, now, reason)
            return replace(moved, failures=failures, failed_endpoint=endpoint_created, failed_at=at)

        return self._change(lambda item: item.state != REFUSED, count)

    def fallback(self, configs: frozenset[str], without: str = "") -> Entry | None:
        """What to serve when the newest upload cannot be.

        The release that served last; else the newest one that has not failed, as it may well have
        served without being seen to. Its endpoint config must still exist.

        Parameters:
            without: endpoint config that is out of the question.
        """
        able = [
            item
            for item in self.entries
            if item.state not in (FAILED, REFUSED) and item.config in configs - {without}
        ]
        return max(able, key=lambda item: (item.served_at, item.accepted_at), default=None)

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
