"""In-memory S3 with what links need besides: listings of versions, page by page."""

from __future__ import annotations

from typing import Any

from tests.fakes.client import client_error
from tests.fakes.s3 import FakeS3


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
