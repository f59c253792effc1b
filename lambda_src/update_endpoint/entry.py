"""One line of the status record: a release under one endpoint config, or a refused upload."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from update_endpoint.state import Deployment

ACCEPTED = "accepted"
"""Inspected and copied; not handed to the endpoint yet, or waiting for another try."""
APPLYING = "applying"
SERVING = "serving"
"""In service, and it has answered a question since it came there."""
WAITING = "waiting"
"""A quota of the account is too small for it; tried again from time to time."""
FAILED = "failed"
REFUSED = "refused"
SUPERSEDED = "superseded"
STATES = frozenset({ACCEPTED, APPLYING, SERVING, WAITING, FAILED, REFUSED, SUPERSEDED})


@dataclass(frozen=True)
class Entry:
    """A release under one endpoint config, or a refused upload.

    Parameters:
        release: release id; "" for a refused upload, which never got one.
        version_id: version of the upload that asked for it last.
        rules: the inspection behind a refusal: another one checks the upload again.
        failures: creations of the endpoint that failed since it was asked for.
        failed_endpoint: CreationTime of the last endpoint that failed, so that none counts twice.
        waits: times that a quota refused it since it was asked for.
        image: digest of the container image with which it answered last, as far as known.
        accepted_at, failed_at, waited_at, answered_at, changed_at: ISO 8601; "" = never.
        silent_since: since when it is in service and asked without a right answer; "" = it is not.
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
    waits: int = 0
    image: str = ""
    accepted_at: str = ""
    failed_at: str = ""
    waited_at: str = ""
    answered_at: str = ""
    silent_since: str = ""
    changed_at: str = ""

    def deployment(self) -> Deployment:
        return Deployment(self.release, self.version_id, self.size, self.model, self.config)

    def to(self, state: str, now: datetime, reason: str = "") -> Entry:
        """The entry in another state; unchanged when nothing differs."""
        if (self.state, self.reason) == (state, reason):
            return self
        return replace(self, state=state, reason=reason, changed_at=now.isoformat())
