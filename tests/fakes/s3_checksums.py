"""In-memory S3 with what releases need besides: full-object checksums, ranges, version lists."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from local_cloud.testing import crc64nvme_header as encoded
from tests.fakes.client import client_error
from tests.fakes.clock import Clock
from tests.fakes.s3 import FakeS3
from tests.fakes.s3_store import Body, Version


def sha256_encoded(content: bytes) -> str:
    """A SHA-256 as S3 writes it."""
    return base64.b64encode(hashlib.sha256(content).digest()).decode()


class FakeChecksumS3(FakeS3):
    """CRC64NVME is there unless the uploader chose another algorithm, as on S3."""

    def __init__(self, clock: Clock, *buckets: str, page_size: int = 2) -> None:
        super().__init__(clock, *buckets, page_size=page_size)
        self.with_crc64: set[str] = set()
        self.composites: dict[str, str] = {}
        self.bytes_read = 0

    def copy(
        self,
        CopySource: dict[str, str],  # noqa: N803
        Bucket: str,  # noqa: N803
        Key: str,  # noqa: N803
        ExtraArgs: dict[str, str],  # noqa: N803
        Config: Any,  # noqa: N803
    ) -> None:
        """boto3's managed copy, which replaces whatever is there."""
        assert Config.multipart_threshold == 5 << 30
        self.copy_object(
            CopySource=CopySource,
            Bucket=Bucket,
            Key=Key,
            MetadataDirective="REPLACE",
            TaggingDirective="REPLACE",
            **ExtraArgs,
        )

    def _list_objects_v2(self, **call: Any) -> Any:
        answer = super()._list_objects_v2(**call)
        for item in answer.get("Contents", ()):
            current = self._bucket(call).current(item["Key"])
            assert current is not None
            item["LastModified"] = current.modified_at
            item["Size"] = len(current.body or b"")
        return answer

    def _list_object_versions(self, **call: Any) -> Any:
        answer: dict[str, Any] = {"Versions": [], "DeleteMarkers": []}
        for key, history in self._bucket(call).versions.items():
            for version in history:
                if key.startswith(call.get("Prefix", "")):
                    kind = "DeleteMarkers" if version.body is None else "Versions"
                    answer[kind].append({"Key": key, "VersionId": version.version_id})
        return answer

    def _head_object(self, **call: Any) -> Any:
        answer = super()._head_object(**call)
        version = self._read(call, "HeadObject")
        if call.get("ChecksumMode") == "ENABLED" and version.version_id in self.with_crc64:
            answer["ChecksumCRC64NVME"] = encoded(version.body or b"")
            answer["ChecksumType"] = "FULL_OBJECT"
        if call.get("ChecksumMode") == "ENABLED" and version.version_id in self.composites:
            answer["ChecksumSHA256"] = self.composites[version.version_id]
            answer["ChecksumType"] = "COMPOSITE"
        return answer

    def _get_object(self, **call: Any) -> Any:
        answer = super()._get_object(**call)
        content = answer["Body"].read()
        self.bytes_read += len(content)
        return {**answer, "Body": Body(content)}

    def _upload_part_copy(self, **call: Any) -> Any:
        answer = super()._upload_part_copy(**call)
        upload = self._upload(call)
        if upload.attributes.get("ChecksumAlgorithm") == "SHA256":
            assert upload.attributes["ChecksumType"] == "COMPOSITE", "SHA256 has no other on S3"
            checksum = sha256_encoded(upload.parts[call["PartNumber"]])
            answer["CopyPartResult"]["ChecksumSHA256"] = checksum
        return answer

    def _complete_multipart_upload(self, **call: Any) -> Any:
        upload = self._upload(call)
        if upload.attributes.get("ChecksumAlgorithm") != "SHA256":
            return super()._complete_multipart_upload(**call)
        listed = call["MultipartUpload"]["Parts"]
        contents = [upload.parts[part["PartNumber"]] for part in listed]
        if any(
            p.get("ChecksumSHA256") != sha256_encoded(c)
            for p, c in zip(listed, contents, strict=True)
        ):
            raise client_error(
                "InvalidRequest",
                "CompleteMultipartUpload",
                "The complete request must include the checksum for each part.",
            )
        answer = super()._complete_multipart_upload(**call)
        of_parts = b"".join(hashlib.sha256(content).digest() for content in contents)
        self.composites[answer["VersionId"]] = f"{sha256_encoded(of_parts)}-{len(contents)}"
        return answer

    def _add(self, call: dict[str, Any], body: bytes, parts: int | None = None) -> Version:
        version = super()._add(call, body, parts)
        algorithm = call.get("ChecksumAlgorithm")
        if algorithm is None and "CopySource" in call:
            source = self._read(call["CopySource"], "CopyObject").version_id
            algorithm = "CRC64NVME" if source in self.with_crc64 else "CRC32"
        if algorithm in (None, "CRC64NVME"):
            self.with_crc64.add(version.version_id)
        return version
