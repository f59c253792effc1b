"""Copies a large S3 object in parallel parts; a failure leaves no upload behind."""

from __future__ import annotations

import math
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from common.aws_errors import code
from common.s3_source import S3Source

MIB = 1 << 20
PART_BYTES = 256 * MIB
MAX_PARTS = 10_000
"""Limit of S3."""


@dataclass(frozen=True)
class PartPlan:
    """How a copy is cut.

    Parameters:
        part_bytes: size of a part, at least 5 MiB on S3; grows where S3's limit of parts asks.
        threads: parts under way at once; they move within S3, so memory is no matter.
    """

    part_bytes: int = PART_BYTES
    threads: int = 8

    def ranges(self, size: int) -> list[str]:
        """`CopySourceRange` of every part of an object of `size` bytes."""
        step = max(self.part_bytes, math.ceil(size / MAX_PARTS))
        return [f"bytes={start}-{min(start + step, size) - 1}" for start in range(0, size, step)]


def copy_parts(
    s3: Any,
    source: S3Source,
    bucket: str,
    key: str,
    *,
    condition: Mapping[str, str],
    attributes: Mapping[str, Any],
    plan: PartPlan,
) -> dict[str, Any]:
    """Answer of CompleteMultipartUpload; nothing is visible at the key before it.

    Parameters:
        condition: `IfMatch` or `IfNoneMatch` that the destination must meet at completion.
        attributes: headers, metadata and tagging of the new object; with `ChecksumAlgorithm` S3
            forms a checksum of every part and one over those, for which it wants them back.
    """
    target = {"Bucket": bucket, "Key": key}
    algorithm = attributes.get("ChecksumAlgorithm")
    kind = {"ChecksumType": "COMPOSITE"} if algorithm else {}
    upload_id = s3.create_multipart_upload(**target, **attributes, **kind)["UploadId"]
    upload = {**target, "UploadId": upload_id}
    ranges = plan.ranges(source.size)

    def copy_part(numbered: tuple[int, str]) -> dict[str, Any]:
        number, byte_range = numbered
        # S3 takes a range only of what is larger than 5 MB.
        cut = {"CopySourceRange": byte_range} if len(ranges) > 1 else {}
        answer = s3.upload_part_copy(
            **upload,
            PartNumber=number,
            CopySource=source.copy_source(),
            CopySourceIfMatch=source.etag,
            **cut,
        )
        result = answer["CopyPartResult"]
        checksum = {f"Checksum{algorithm}": result[f"Checksum{algorithm}"]} if algorithm else {}
        return {"PartNumber": number, "ETag": result["ETag"], **checksum}

    pool = ThreadPoolExecutor(max_workers=plan.threads)
    try:
        parts = list(pool.map(copy_part, enumerate(ranges, start=1)))
        answer: dict[str, Any] = s3.complete_multipart_upload(
            **upload, MultipartUpload={"Parts": parts}, **condition, **kind
        )
    except BaseException:
        # Parts still under way would land in the upload after its abort.
        pool.shutdown(wait=True, cancel_futures=True)
        abort(s3, upload)
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
    return answer


def abort(s3: Any, upload: Mapping[str, Any]) -> None:
    """Removes the parts of an upload that will not be completed."""
    try:
        s3.abort_multipart_upload(**upload)
    except ClientError as exc:
        # It was completed after all, and only the answer got lost.
        if code(exc) != "NoSuchUpload":
            raise
