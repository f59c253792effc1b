"""The rule "the newest hand-over wins", written down a second time for the tests.

It knows the rule only: it has no record, no ETags, no copies and no order of writing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass
class Oracle:
    """What people did, and which model the rule "the newest hand-over wins" leaves."""

    files: dict[int, tuple[str, bytes]] = field(default_factory=dict)
    status: dict[int, str] = field(default_factory=dict)
    changed: dict[int, datetime] = field(default_factory=dict)
    uploads: dict[str, tuple[datetime, bytes]] = field(default_factory=dict)
    began: dict[str, datetime] = field(default_factory=dict)
    first_seen: dict[int, datetime] = field(default_factory=dict)
    looked_at: set[int] = field(default_factory=set)
    old_upload: bytes | None = None

    def look(self, unapproved: tuple[int, datetime] | None = None) -> dict[str, bytes]:
        """What a run leaves in production.

        Parameters:
            unapproved: a version that the run's event shows as not approved, and when.
        """
        approved = {version for version, status in self.status.items() if status == "Approved"}
        for version, since in list(self.first_seen.items()):
            ended = unapproved and unapproved[0] == version and unapproved[1] > since
            if version not in approved or ended:
                del self.first_seen[version]
                self.looked_at.discard(version)
        for version in approved:
            self.first_seen.setdefault(version, self.changed[version])
        winner = self._winning_upload(max(approved, default=0))
        self.looked_at |= approved
        self.old_upload = None
        if winner:
            self.old_upload = self.uploads[winner][1]
            self.uploads = {winner: self.uploads[winner]}
            return {winner: self.old_upload}
        self.uploads = {}
        return dict([self.files[max(approved)]]) if approved else {}

    def _winning_upload(self, top: int) -> str | None:
        if not self.uploads:
            return None
        self._move_up_what_is_new()
        newest = max(self.uploads, key=self._age)
        lead = second(self.uploads[newest][0]) - second(self.first_seen[top]) if top else 1
        return newest if lead > 0 or (lead == 0 and top in self.looked_at) else None

    def _move_up_what_is_new(self) -> None:
        """What an earlier look has not seen came after all that it had seen, whatever S3 says."""
        seen = [self.first_seen[version] for version in self.looked_at]
        seen += [moment for moment, body in self.uploads.values() if body == self.old_upload]
        for name, (moment, body) in self.uploads.items():
            if body != self.old_upload:
                self.uploads[name] = (max([moment, *seen]), body)

    def _age(self, name: str) -> tuple[int, bool, int, str]:
        moment, body = self.uploads[name]
        return second(moment), body != self.old_upload, second(self.began[name]), name


def second(moment: datetime) -> int:
    return int(moment.timestamp())
