"""In-memory S3 client: versions, tags, metadata, conditional writes, multipart copies."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from tests.fakes.client import FakeClient, client_error
from tests.fakes.clock import Clock
from tests.fakes.s3_store import Body, Bucket, Upload, Version, etag_of

HEADERS = (
    "CacheControl",
    "ContentDisposition",
    "ContentEncoding",
    "ContentLanguage",
    "ContentType",
)


class FakeS3(FakeClient):
    """Versioned buckets; LastModified comes from the clock in whole seconds, as on S3."""

    service = "s3"

    def __init__(self, clock: Clock, *buckets: str, page_size: int = 2) -> None:
        super().__init__()
        self.clock = clock
        self.page_size = page_size
        self.buckets = {name: Bucket() for name in buckets}
        self.uploads: dict[str, Upload] = {}
        self.denied: set[tuple[str, str]] = set()
        self.archived: set[str] = set()
        self._serial = 0

    def _list_objects_v2(self, **call: Any) -> Any:
        keys = [
            key for key in self._bucket(call).live_keys() if key.startswith(call.get("Prefix", ""))
        ]
        start = int(call.get("ContinuationToken", "0"))
        page = keys[start : start + self.page_size]
        answer: dict[str, Any] = {"KeyCount": len(page)}
        if page:
            answer["Contents"] = [{"Key": key} for key in page]
        if start + self.page_size < len(keys):
            answer["NextContinuationToken"] = str(start + self.page_size)
        return answer

    def _head_object(self, **call: Any) -> Any:
        version = self._read(call, "HeadObject")
        return {
            "VersionId": version.version_id,
            "ETag": version.etag,
            "ContentLength": len(version.body or b""),
            "LastModified": version.modified_at,
            "Metadata": dict(version.metadata),
            **version.headers,
        }

    def _get_object(self, **call: Any) -> Any:
        version = self._read(call, "GetObject")
        if version.version_id in self.archived:
            raise client_error("InvalidObjectState", "GetObject")
        if call.get("IfMatch", version.etag) != version.etag:
            raise client_error("PreconditionFailed", "GetObject")
        if call.get("IfNoneMatch") == version.etag:
            raise client_error("304", "GetObject", "Not Modified")
        body = version.body or b""
        if "Range" in call:
            first, last = (int(part) for part in call["Range"].removeprefix("bytes=").split("-"))
            if first >= len(body):
                raise client_error("InvalidRange", "GetObject")
            body = body[first : last + 1]
        return {"Body": Body(body), "ETag": version.etag}

    def _get_object_tagging(self, **call: Any) -> Any:
        version = self._read(call, "GetObjectTagging")
        return {"TagSet": [{"Key": key, "Value": value} for key, value in version.tags.items()]}

    def _put_object(self, **call: Any) -> Any:
        self._check_condition(call, "PutObject")
        version = self._add(call, call.get("Body", b""))
        return {"ETag": version.etag, "VersionId": version.version_id}

    def _delete_object(self, **call: Any) -> Any:
        bucket, key = self._bucket(call), call["Key"]
        if "VersionId" in call:
            bucket.remove(key, call["VersionId"])
            return {}
        if "IfMatch" in call:
            self._check_condition(call, "DeleteObject")
        marker = Version(key, self._next_id(), self.clock().replace(microsecond=0))
        bucket.versions.setdefault(key, []).append(marker)
        return {"DeleteMarker": True, "VersionId": marker.version_id}

    def _copy_object(self, **call: Any) -> Any:
        body = self._source(call, "CopyObject")
        self._check_condition(call, "CopyObject")
        if (call["MetadataDirective"], call["TaggingDirective"]) != ("REPLACE", "REPLACE"):
            raise AssertionError("only REPLACE is emulated")
        version = self._add(call, body)
        return {"CopyObjectResult": {"ETag": version.etag}, "VersionId": version.version_id}

    def _create_multipart_upload(self, **call: Any) -> Any:
        self._bucket(call)
        upload_id = self._next_id("upload")
        self.uploads[upload_id] = Upload(call["Bucket"], call["Key"], call)
        return {"UploadId": upload_id}

    def _upload_part_copy(self, **call: Any) -> Any:
        body = self._source(call, "UploadPartCopy")
        part = body
        if "CopySourceRange" in call:
            first, last = call["CopySourceRange"].removeprefix("bytes=").split("-")
            if int(last) >= len(body):
                raise client_error("InvalidArgument", "UploadPartCopy")
            part = body[int(first) : int(last) + 1]
        self._upload(call).parts[call["PartNumber"]] = part
        return {"CopyPartResult": {"ETag": etag_of(part)}}

    def _complete_multipart_upload(self, **call: Any) -> Any:
        upload = self._upload(call)
        self._check_condition(call, "CompleteMultipartUpload")
        listed = call["MultipartUpload"]["Parts"]
        numbers = [item["PartNumber"] for item in listed]
        if numbers != sorted(set(numbers)):
            raise client_error("InvalidPartOrder", "CompleteMultipartUpload")
        if any(item["ETag"] != etag_of(upload.parts[item["PartNumber"]]) for item in listed):
            raise client_error("InvalidPart", "CompleteMultipartUpload")
        body = b"".join(upload.parts[number] for number in numbers)
        version = self._add(upload.attributes, body, parts=len(numbers))
        del self.uploads[call["UploadId"]]
        return {"ETag": version.etag, "VersionId": version.version_id}

    def _abort_multipart_upload(self, **call: Any) -> Any:
        self._upload(call)
        del self.uploads[call["UploadId"]]
        return {}

    def _add(self, call: dict[str, Any], body: bytes, parts: int | None = None) -> Version:
        version = Version(
            key=call["Key"],
            version_id=self._next_id(),
            modified_at=self.clock().replace(microsecond=0),
            body=body,
            etag=etag_of(body, parts),
            metadata={key.lower(): value for key, value in call.get("Metadata", {}).items()},
            headers={name: call[name] for name in HEADERS if name in call},
            tags=dict(parse_qsl(call.get("Tagging", ""), keep_blank_values=True)),
        )
        self._bucket(call).versions.setdefault(call["Key"], []).append(version)
        return version

    def _read(self, call: dict[str, Any], operation: str) -> Version:
        if (call["Bucket"], call["Key"]) in self.denied:
            raise client_error("403" if operation == "HeadObject" else "AccessDenied", operation)
        return self._bucket(call).find(call["Key"], call.get("VersionId"), operation)

    def _source(self, call: dict[str, Any], operation: str) -> bytes:
        source = self._read(call["CopySource"], operation)
        if call.get("CopySourceIfMatch", source.etag) != source.etag:
            raise client_error("PreconditionFailed", operation)
        return source.body or b""

    def _check_condition(self, call: dict[str, Any], operation: str) -> None:
        current = self._bucket(call).current(call["Key"])
        if call.get("IfNoneMatch") == "*" and current is not None:
            raise client_error("PreconditionFailed", operation)
        if "IfMatch" in call and current is None:
            raise client_error("NoSuchKey", operation)
        if current is not None and call.get("IfMatch", current.etag) != current.etag:
            raise client_error("PreconditionFailed", operation)

    def _bucket(self, call: dict[str, Any]) -> Bucket:
        try:
            return self.buckets[call["Bucket"]]
        except KeyError:
            raise client_error("NoSuchBucket", "S3") from None

    def _upload(self, call: dict[str, Any]) -> Upload:
        try:
            return self.uploads[call["UploadId"]]
        except KeyError:
            raise client_error("NoSuchUpload", "S3") from None

    def _next_id(self, kind: str = "version") -> str:
        self._serial += 1
        return f"{kind}-{self._serial:06}"
