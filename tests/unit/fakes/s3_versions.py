"""In-memory S3 with what links need besides: listings of versions, page by page."""

from __future__ import annotations

import threading
from typing import Any

from tests.unit.fakes.client import Arguments, client_error
from tests.unit.fakes.clock import Clock
from tests.unit.fakes.s3 import FakeS3


class FakeVersionedS3(FakeS3):
    """Lists keys in order and each key's versions newest first, as S3 does."""

    def _list_object_versions(self, **call: Any) -> Any:
        if (call["Bucket"], call["Prefix"]) in self.denied:
            raise client_error("AccessDenied", "ListObjectVersions")
        listed = [
            (key, version, version is history[-1])
            for key, history in sorted(self._bucket(call).versions.items())
            for version in reversed(history)
            if key.startswith(call["Prefix"])
        ]
        markers = [(key, version.version_id) for key, version, _ in listed]
        start = 0
        if "KeyMarker" in call:
            start = markers.index((call["KeyMarker"], call["VersionIdMarker"])) + 1
        end = start + min(self.page_size, call.get("MaxKeys", self.page_size))
        answer: dict[str, Any] = {"IsTruncated": end < len(listed)}
        for key, version, latest in listed[start:end]:
            entry = {"Key": key, "VersionId": version.version_id, "IsLatest": latest}
            entry["LastModified"] = version.modified_at
            if version.body is None:
                answer.setdefault("DeleteMarkers", []).append(entry)
            else:
                entry |= {"ETag": version.etag, "Size": len(version.body)}
                answer.setdefault("Versions", []).append(entry)
        if answer["IsTruncated"]:
            answer["NextKeyMarker"], answer["NextVersionIdMarker"] = markers[end - 1]
        return answer


class RoundsS3(FakeVersionedS3):
    """Calls return only when all calls of their round have arrived.

    Whoever makes one call after the other never fills a round: its calls fail after a while.

    Parameters:
        sizes: calls in each round; a call beyond the last round fails at once.
    """

    def __init__(self, clock: Clock, *buckets: str, page_size: int = 1000) -> None:
        super().__init__(clock, *buckets, page_size=page_size)
        self._arrivals = threading.Lock()
        self.expected: list[int] = []
        self.arrived: list[int] = []
        self._barriers: list[threading.Barrier] = []

    def expect(self, *sizes: int) -> None:
        """Starts over."""
        self.expected, self.arrived = list(sizes), [0] * len(sizes)
        self._barriers = [threading.Barrier(size, timeout=10) for size in sizes]

    def _call(self, operation: str, implementation: Any, arguments: Arguments) -> Any:
        if self.expected:
            self._join_round(operation)
        return super()._call(operation, implementation, arguments)

    def _join_round(self, operation: str) -> None:
        with self._arrivals:
            open_rounds = [
                number for number, size in enumerate(self.expected) if self.arrived[number] < size
            ]
            if not open_rounds:
                raise AssertionError(f"{operation} after the last round")
            self.arrived[open_rounds[0]] += 1
        self._barriers[open_rounds[0]].wait()
