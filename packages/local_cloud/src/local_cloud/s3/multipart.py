"""S3: what a multipart upload keeps for its completion."""

from __future__ import annotations

import re
from contextvars import ContextVar
from typing import Any
from urllib.parse import parse_qs

from ministack.services import s3

from local_cloud.s3.checksums import Answer, with_checksums

Upload = dict[str, Any]

_MAX_TAGS = 10
_PART = re.compile(r"<Part>.*?</Part>", re.DOTALL)
_NUMBER = re.compile(r"<PartNumber>\s*(\d+)\s*</PartNumber>")
_CHECKSUM_ELEMENTS = re.compile(r"<(Checksum\w+)>[^<]*</\1>")
_completed: ContextVar[tuple[Upload, str] | None] = ContextVar("completed_upload", default=None)


def apply() -> None:
    """Apply the corrections of this module."""
    tags_apply_at_completion()
    uploads_know_their_checksum_type()
    parts_have_the_uploads_checksum()
    checksums_can_span_the_object()


def tags_apply_at_completion() -> None:
    """AWS keeps the tags of CreateMultipartUpload for the object; MiniStack ignored them.

    They are there before the event goes out. An object written anew has none of its predecessor's.
    """
    create, record = s3._create_multipart_upload, s3._record_object_version

    def _create_multipart_upload(bucket: str, key: str, headers: dict[str, str]) -> Answer:
        tags = parse_qs(headers.get("x-amz-tagging", ""), keep_blank_values=True)
        if len(tags) > _MAX_TAGS:
            return _refused("BadRequest", f"Object tags cannot be greater than {_MAX_TAGS}")
        answer: Answer = create(bucket, key, headers)
        if answer[0] == 200:
            _created(answer)["tags"] = {name: values[0] for name, values in tags.items()}
        return answer

    def _record_object_version(
        bucket: str, key: str, prior: Any, obj: dict[str, Any], content: bytes
    ) -> Any:
        version = record(bucket, key, prior, obj, content)
        place = (bucket, key, obj.get("version_id"))
        s3._object_tags.pop(place, None)
        completed = _completed.get()
        if completed and completed[0]["tags"]:
            s3._object_tags[place] = completed[0]["tags"]
        return version

    s3._create_multipart_upload = _create_multipart_upload
    s3._record_object_version = _record_object_version


def uploads_know_their_checksum_type() -> None:
    """AWS forms composite checksums, or with FULL_OBJECT the whole object's, as for CRC64NVME.

    MiniStack formed composites only.
    """
    original = s3._create_multipart_upload

    def _create_multipart_upload(bucket: str, key: str, headers: dict[str, str]) -> Answer:
        algorithm = headers.get("x-amz-checksum-algorithm", "").upper()
        default = "FULL_OBJECT" if algorithm in {"", "CRC64NVME"} else "COMPOSITE"
        kind = headers.get("x-amz-checksum-type", default).upper()
        impossible = {"CRC64NVME": "COMPOSITE", "SHA1": "FULL_OBJECT", "SHA256": "FULL_OBJECT"}
        if impossible.get(algorithm) == kind:
            return _refused(
                "InvalidRequest",
                f"The {kind} checksum type cannot be used with the {algorithm.lower()} "
                "checksum algorithm.",
            )
        status, answered, body = original(bucket, key, headers)
        if status == 200:
            _created((status, answered, body))["checksum_type"] = kind
            if algorithm:
                answered["x-amz-checksum-type"] = kind
        return status, answered, body

    s3._create_multipart_upload = _create_multipart_upload


def parts_have_the_uploads_checksum() -> None:
    """AWS refuses parts with another checksum than the upload's, and computes it for copied ones.

    MiniStack took any and computed none for copied parts.
    """
    resolve, copy = s3._resolve_part_checksums, s3._upload_part_copy

    def _resolve_part_checksums(body: bytes, headers: dict[str, str], upload: Upload) -> Any:
        expected = upload.get("checksum_algorithm")
        given = [a.upper() for a in s3._S3_CHECKSUM_HEADERS if headers.get(f"x-amz-checksum-{a}")]
        if expected and given and expected not in given:
            message = (
                "Checksum Type mismatch occurred, expected checksum Type: "
                f"{expected.lower()}, actual checksum Type: {given[0].lower()}"
            )
            return {}, _refused("InvalidRequest", message)
        return resolve(body, headers, upload)

    def _upload_part_copy(bucket: str, key: str, query: Any, headers: dict[str, str]) -> Answer:
        status, answered, body = copy(bucket, key, query, headers)
        if status == 200:
            upload = s3._multipart_uploads[s3._qp(query, "uploadId")]
            part = upload["parts"][int(s3._qp(query, "partNumber", "1"))]
            algorithm = upload.get("checksum_algorithm")
            if algorithm:
                value = s3._compute_s3_checksum(algorithm, part["body"])
                part["checksums"] = {algorithm: value}
                element = f"<Checksum{algorithm}>{value}</Checksum{algorithm}>"
                body = body.replace(b"</CopyPartResult>", f"{element}</CopyPartResult>".encode())
        return status, answered, body

    s3._resolve_part_checksums = _resolve_part_checksums
    s3._upload_part_copy = _upload_part_copy


def checksums_can_span_the_object() -> None:
    """AWS answers the checksum of the type agreed on, for a composite out of the parts' own.

    MiniStack answered a composite for all, also without the parts' checksums in the request.
    """
    original, composite = s3._complete_multipart_upload, s3._composite_checksum

    def _composite_checksum(algorithm: str, of_parts: list[str | None]) -> str | None:
        completed = _completed.get()
        if algorithm and completed and completed[0]["checksum_type"] == "FULL_OBJECT":
            content = b"".join(part["body"] for part in _listed_parts(*completed))
            whole: str | None = s3._compute_s3_checksum(algorithm, content)
            return whole
        of_digests: str | None = composite(algorithm, of_parts)
        return of_digests

    def _complete_multipart_upload(
        bucket: str, key: str, body: bytes, query: Any, headers: dict[str, str] | None = None
    ) -> Answer:
        upload_id = s3._qp(query, "uploadId")
        upload = s3._multipart_uploads.get(upload_id)
        if upload is None:
            again: Answer = original(bucket, key, body, query, headers)
            return again
        if refusal := _unfit(upload, body.decode(), headers or {}):
            return refusal
        token = _completed.set((upload, body.decode()))
        try:
            status, answered, content = original(bucket, key, body, query, headers)
        finally:
            _completed.reset(token)
        if status == 200:
            plain = _CHECKSUM_ELEMENTS.sub("", content.decode()).encode()
            stored = s3._buckets[bucket]["objects"][key]["checksums"]
            content = with_checksums(plain, "CompleteMultipartUploadResult", stored)
            # what a repeated completion is answered with
            s3._completed_multipart_uploads[upload_id]["response"] = (status, answered, content)
        return status, answered, content

    s3._composite_checksum = _composite_checksum
    s3._complete_multipart_upload = _complete_multipart_upload


def _unfit(upload: Upload, request: str, headers: dict[str, str]) -> Answer | None:
    kind, algorithm = upload["checksum_type"], upload.get("checksum_algorithm")
    if headers.get("x-amz-checksum-type", "").upper() not in {"", kind}:
        return _refused("BadDigest", f"The upload was created with checksum type {kind}.")
    if not algorithm or kind != "COMPOSITE":
        return None
    for part in _PART.findall(request):
        if f"<Checksum{algorithm}>" not in part:
            return _refused(
                "InvalidRequest",
                f"The upload was created using a {algorithm.lower()} checksum. The complete "
                "request must include the checksum for each part. It was missing for part "
                f"{''.join(_NUMBER.findall(part))} in the request.",
            )
    return None


def _listed_parts(upload: Upload, request: str) -> list[dict[str, Any]]:
    numbers = sorted(int(number) for number in _NUMBER.findall(request))
    return [upload["parts"][number] for number in numbers]


def _created(answer: Answer) -> Upload:
    identifier = re.search("<UploadId>([^<]+)</UploadId>", answer[2].decode())
    assert identifier is not None  # noqa: S101 - MiniStack's own answer to a creation
    upload: Upload = s3._multipart_uploads[identifier.group(1)]
    return upload


def _refused(code: str, message: str) -> Answer:
    refusal: Answer = s3._error(code, message, 400)
    return refusal
