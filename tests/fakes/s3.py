"""In-memory S3 client: versions, tags, conditional writes, checksums, multipart copies.

test_s3_contract.py holds it to what the local cloud's S3 does.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from local_cloud.testing import crc64nvme_header as encoded
from tests.fakes.client import FakeClient, client_error
from tests.fakes.clock import Clock
from tests.fakes.s3_store import Body, Bucket, Upload, Version, composite_of, etag_of, sha256_of

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
        self.bytes_read = 0
        self._serial = 0

    def copy(
        self,
        CopySource: dict[str, str],  # noqa: N803 - boto3's names
        Bucket: str,  # noqa: N803
        Key: str,  # noqa: N803
        ExtraArgs: dict[str, str],  # noqa: N803
        Config: Any,  # noqa: N803
    ) -> None:
        """boto3's managed copy, which replaces whatever is there."""
        assert Config.multipart_threshold == 5 << 30
        replace = {"MetadataDirective": "REPLACE", "TaggingDirective": "REPLACE"}
        self.copy_object(CopySource=CopySource, Bucket=Bucket, Key=Key, **replace, **ExtraArgs)

    def _list_objects_v2(self, **call: Any) -> Any:
        bucket = self._bucket(call)
        found = [bucket.current(key) for key in bucket.live_keys()]
        objects = [item for item in found if item and item.key.startswith(call.get("Prefix", ""))]
        start = int(call.get("ContinuationToken", "0"))
        page = objects[start : start + self.page_size]
        answer: dict[str, Any] = {"KeyCount": len(page)}
        if page:
            answer["Contents"] = [
                {"Key": item.key, "LastModified": item.modified_at, "Size": len(item.body or b"")}
                for item in page
            ]
        if start + self.page_size < len(objects):
            answer["NextContinuationToken"] = str(start + self.page_size)
        return answer

    def _list_object_versions(self, **call: Any) -> Any:
        """Keys in order and each key's versions newest first, as S3 does."""
        if (call["Bucket"], call["Prefix"]) in self.denied:
            raise client_error("AccessDenied", "ListObjectVersions")
        listed = [
            (version, version is history[-1])
            for key, history in sorted(self._bucket(call).versions.items())
            for version in reversed(history)
            if key.startswith(call["Prefix"])
        ]
        markers = [(version.key, version.version_id) for version, _ in listed]
        start = 0
        if "KeyMarker" in call:  # what it names may have been deleted meanwhile
            key, version_id = call["KeyMarker"], call["VersionIdMarker"]
            start = sum(k < key or (k == key and v >= version_id) for k, v in markers)
        end = start + min(self.page_size, call.get("MaxKeys", self.page_size))
        answer: dict[str, Any] = {"IsTruncated": end < len(listed)}
        for version, latest in listed[start:end]:
            entry = {"Key": version.key, "VersionId": version.version_id, "IsLatest": latest}
            entry["LastModified"] = version.modified_at
            if version.body is None:
                answer.setdefault("DeleteMarkers", []).append(entry)
            else:
                entry |= {"ETag": version.etag, "Size": len(version.body)}
                answer.setdefault("Versions", []).append(entry)
        if answer["IsTruncated"]:
            answer["NextKeyMarker"], answer["NextVersionIdMarker"] = markers[end - 1]
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
            **(self._checksum(version) if call.get("ChecksumMode") == "ENABLED" else {}),
        }

    def _checksum(self, version: Version) -> dict[str, str]:
        if version.algorithm == "SHA256":
            return {"ChecksumSHA256": version.composite, "ChecksumType": "COMPOSITE"}
        if version.algorithm == "CRC64NVME":
            crc = encoded(version.body or b"")
            return {"ChecksumCRC64NVME": crc, "ChecksumType": "FULL_OBJECT"}
        return {}

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
        self.bytes_read += len(body)
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
        upload = self._upload(call)
        upload.parts[call["PartNumber"]] = part
        result = {"ETag": etag_of(part)}
        if upload.attributes.get("ChecksumAlgorithm") == "SHA256":
            assert upload.attributes["ChecksumType"] == "COMPOSITE", "SHA256 has no other on S3"
            result["ChecksumSHA256"] = sha256_of(part)
        return {"CopyPartResult": result}

    def _upload_part(self, **call: Any) -> Any:
        self._upload(call).parts[call["PartNumber"]] = call["Body"]
        return {"ETag": etag_of(call["Body"])}

    def _complete_multipart_upload(self, **call: Any) -> Any:
        upload = self._upload(call)
        self._check_condition(call, "CompleteMultipartUpload")
        listed = call["MultipartUpload"]["Parts"]
        numbers = [item["PartNumber"] for item in listed]
        if numbers != sorted(set(numbers)):
            raise client_error("InvalidPartOrder", "CompleteMultipartUpload")
        if any(item["ETag"] != etag_of(upload.parts[item["PartNumber"]]) for item in listed):
            raise client_error("InvalidPart", "CompleteMultipartUpload")
        contents = [upload.parts[number] for number in numbers]
        composite = ""
        if upload.attributes.get("ChecksumAlgorithm") == "SHA256":
            if [item.get("ChecksumSHA256") for item in listed] != list(map(sha256_of, contents)):
                message = "The complete request must include the checksum for each part."
                raise client_error("InvalidRequest", "CompleteMultipartUpload", message)
            composite = composite_of(contents)
        version = self._add(upload.attributes, b"".join(contents), parts=len(numbers))
        version.composite = composite
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
            algorithm=call.get("ChecksumAlgorithm") or self._algorithm_of_source(call),
        )
        self._bucket(call).versions.setdefault(call["Key"], []).append(version)
        return version

    def _algorithm_of_source(self, call: dict[str, Any]) -> str:
        """CRC64NVME is S3's own choice; a copy has the algorithm of what it is a copy of."""
        if "CopySource" not in call:
            return "CRC64NVME"
        of_source = self._read(call["CopySource"], "CopyObject").algorithm
        return "CRC64NVME" if of_source == "CRC64NVME" else "CRC32"

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
