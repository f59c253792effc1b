"""S3: ranges of versions, and answers that a browser may read."""

from __future__ import annotations

import json
import re
from typing import Any

from ministack import app
from ministack.services import kms, s3

from local_cloud.s3.checksums import Answer

_ONE_RANGE = re.compile(r"bytes=(?:(\d+)-(\d*)|-\d+)")


def apply() -> None:
    """Apply the corrections of this module."""
    versions_have_ranges()
    senseless_ranges_are_ignored()
    refusals_are_readable_by_browsers()
    links_take_no_other_credentials()
    encrypted_objects_need_their_key()


def versions_have_ranges() -> None:
    """AWS serves ranges and response overrides of any version; MiniStack sent all of old ones."""
    original = s3._get_object

    def _get_object(
        bucket: str, key: str, headers: dict[str, str], query: dict[str, Any] | None = None
    ) -> Answer:
        status, answered, body = original(bucket, key, headers, query)
        if status != 200 or not s3._qp(query or {}, "versionId", ""):
            return status, answered, body
        s3._apply_response_overrides(answered, query)
        if "range" in headers:
            return _partial(bucket, key, headers["range"], (status, answered, body))
        return status, answered, body

    s3._get_object = _get_object


def senseless_ranges_are_ignored() -> None:
    """AWS sends all where a Range is malformed, backwards or has several; MiniStack refused or cut.

    Only a range beyond the end is refused.
    """
    original = s3._get_object

    def _get_object(
        bucket: str, key: str, headers: dict[str, str], query: dict[str, Any] | None = None
    ) -> Answer:
        if "range" in headers and not _makes_sense(headers["range"]):
            headers = {name: value for name, value in headers.items() if name != "range"}
        answer: Answer = original(bucket, key, headers, query)
        return answer

    s3._get_object = _get_object


def refusals_are_readable_by_browsers() -> None:
    """AWS adds the CORS headers to every answer; MiniStack left them out where IAM refused."""
    original = app._dispatch_service_request

    async def _dispatch_service_request(
        method: str, path: str, headers: dict[str, str], *rest: Any
    ) -> Answer:
        answer: Answer = await original(method, path, headers, *rest)
        if answer[0] >= 400 and "origin" in headers:
            target = app._s3_cors_target(headers.get("host", ""), path)
            if target and app.detect_service(method, path, headers, rest[1]) == "s3":
                answer[1].update(s3.cors_response_headers(target[0], method, headers))
        return answer

    app._dispatch_service_request = _dispatch_service_request


def links_take_no_other_credentials() -> None:
    """AWS refuses a presigned link that comes with an Authorization header; MiniStack did not look.

    Users report code and message, such as in catalyst/moodle-tool_objectfs#303.
    """
    original = s3._verify_presigned_sigv4

    def _verify_presigned_sigv4(
        method: str, path: str, headers: dict[str, str], query: dict[str, Any]
    ) -> Answer | None:
        if "authorization" in headers and s3._qp(query, "X-Amz-Signature", ""):
            message = "Only one auth mechanism allowed"
            refusal: Answer = s3._error("InvalidArgument", message, 400, path)
            return refusal
        answer: Answer | None = original(method, path, headers, query)
        return answer

    s3._verify_presigned_sigv4 = _verify_presigned_sigv4


def encrypted_objects_need_their_key() -> None:
    """AWS decrypts with the reader's right to the object's key, which works; MiniStack did not ask.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html, Permissions.
    The codes for keys that do not work are those that LocalStack recorded
    (`test_s3_sse_validate_kms_key_state`). A copy is not looked at.
    """
    original = s3._get_object

    def _get_object(
        bucket: str, key: str, headers: dict[str, str], query: dict[str, Any] | None = None
    ) -> Answer:
        answer: Answer = original(bucket, key, headers, query)
        names = {name.lower(): value for name, value in answer[1].items()}
        arn = names.get("x-amz-server-side-encryption-aws-kms-key-id", "")
        if answer[0] not in (200, 206) or not arn:
            return answer
        record = kms._resolve_key(arn)
        broken = kms._check_key_state(record) if record else None
        if broken:
            error = json.loads(broken[2])
            refusal: Answer = s3._error(f"KMS.{error['__type']}", error["message"], 400)
            return refusal
        denied: Answer | None = app._enforce_data_plane(
            "s3", "kms:Decrypt", headers, query or {}, "", resource_arn=arn, named_resource=arn
        )
        return denied or answer

    s3._get_object = _get_object


def _makes_sense(header: str) -> bool:
    match = _ONE_RANGE.fullmatch(header.strip())
    if match is None:
        return False
    first, last = match.groups()
    return not last or int(first) <= int(last)


def _partial(bucket: str, key: str, header: str, whole: Answer) -> Answer:
    _, answered, body = whole
    span = s3._parse_range(header, len(body))
    if span is None:
        kept = {"Content-Type": "application/xml", "Content-Range": f"bytes */{len(body)}"}
        return 416, kept, s3._xml_body(s3._range_error_xml(bucket, key))
    start, end = span
    # the checksum of the whole says nothing about a part, and boto3 would compare
    kept = {k: v for k, v in answered.items() if not k.lower().startswith("x-amz-checksum-")}
    kept["Content-Length"] = str(end + 1 - start)
    kept["Content-Range"] = f"bytes {start}-{end}/{len(body)}"
    return 206, kept, body[start : end + 1]
