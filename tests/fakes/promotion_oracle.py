"""The rule "the newest release candidate wins", written down a second time for the tests.

It knows the rule only: it has no record, no index, no copies and no order of writing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass
class Oracle:
    """What people did, and which model the rule leaves.

    Attributes:
        content: of the versions; None for one that is no zip with a model.
        uploads: at each name, every upload since it was last deleted, the newest last; an upload is
            its time and its content, None as above.
    """

    content: dict[int, bytes | None] = field(default_factory=dict)
    status: dict[int, str] = field(default_factory=dict)
    changed: dict[int, datetime] = field(default_factory=dict)
    uploads: dict[str, list[tuple[datetime, bytes | None]]] = field(default_factory=dict)
    seen: dict[Any, tuple[int, int]] = field(default_factory=dict)
    looks: int = 0
    _first_sight: dict[int, datetime] = field(default_factory=dict)

    def look(self, unapproved: tuple[int, datetime] | None = None) -> bytes | None:
        """What a run leaves served.

        Args:
            unapproved: a version that the run's event shows as not approved, and when.
        """
        self.looks += 1
        approved = {version for version, status in self.status.items() if status == "Approved"}
        standing = {name: good for name in self.uploads if (good := self.good(name)) is not None}
        for item in list(self.seen):
            if item not in approved and item not in set(standing.values()):
                del self.seen[item]
        version, moment = unapproved or (0, datetime.min)
        if version in self.seen and moment > self._first_sight[version]:
            del self.seen[version]
        for version in approved - set(self.seen):
            self._first_sight[version] = self.changed[version]
            self.seen[version] = self.looks, second(self.changed[version])
        for upload in set(standing.values()) - set(self.seen):
            self.seen[upload] = self.looks, second(upload[0])
        ages = [(*self.seen[upload], 0, name) for name, upload in standing.items()]
        versions = self.deliverable(approved)
        if versions:
            ages.append((*self.seen[max(versions)], 1, ""))
        if not ages:
            return None
        *_, is_version, name = max(ages)
        return self.content[max(versions)] if is_version else standing[name][1]

    def deliverable(self, versions: Iterable[int]) -> list[int]:
        """Those of the versions that are zips with a model."""
        return [version for version in versions if self.content[version] is not None]

    def good(self, name: str) -> tuple[datetime, bytes] | None:
        """The upload that stands at a name: the newest good one."""
        found = [(moment, content) for moment, content in self.uploads[name] if content is not None]
        return found[-1] if found else None


def second(moment: datetime) -> int:
    return int(moment.timestamp())
