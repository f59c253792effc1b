"""Uploads that go on where an interrupted one stopped.

Parts lie in S3 until all are there or the bucket's lifecycle rule removes them: until then nobody
sees anything of the object.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

PART = 16 << 20
_MOST_PARTS = 10_000
_AT_ONCE = 4


def upload(s3: Any, file: Path, bucket: str, key: str, report: Callable[[int, int], None]) -> None:
    """Uploads a file in parts and skips those of an earlier try that S3 has.

    Args:
        s3: boto3 client.
        report: told of the bytes that are there, and of all.
    """
    size = file.stat().st_size
    part = max(PART, -(-size // _MOST_PARTS))
    if size <= part:
        s3.upload_file(str(file), bucket, key)
        report(size, size)
        return
    upload_id, there = _begun(s3, bucket, key)
    target = {"Bucket": bucket, "Key": key, "UploadId": upload_id}

    def send(number: int) -> dict[str, Any]:
        with file.open("rb") as content:
            content.seek((number - 1) * part)
            body = content.read(part)
        checksum = base64.b64encode(zlib.crc32(body).to_bytes(4, "big")).decode()
        if there.get(number, {}).get("ChecksumCRC32") != checksum:
            there[number] = s3.upload_part(
                **target, PartNumber=number, Body=body, ChecksumCRC32=checksum
            )
        return {"PartNumber": number, "ETag": there[number]["ETag"], "ChecksumCRC32": checksum}

    parts = []
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        try:
            for sent in pool.map(send, range(1, -(-size // part) + 1)):
                parts.append(sent)
                report(min(len(parts) * part, size), size)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    s3.complete_multipart_upload(**target, MultipartUpload={"Parts": parts})


def _begun(s3: Any, bucket: str, key: str) -> tuple[str, dict[int, Any]]:
    """The latest unfinished upload of the key with its parts, or a new one."""
    pages = s3.get_paginator("list_multipart_uploads").paginate(Bucket=bucket, Prefix=key)
    found = [item for page in pages for item in page.get("Uploads", ()) if item["Key"] == key]
    if not found:
        begun = s3.create_multipart_upload(Bucket=bucket, Key=key, ChecksumAlgorithm="CRC32")
        return begun["UploadId"], {}
    upload_id = max(found, key=lambda item: item["Initiated"])["UploadId"]
    listed = s3.get_paginator("list_parts").paginate(Bucket=bucket, Key=key, UploadId=upload_id)
    return upload_id, {
        item["PartNumber"]: item for page in listed for item in page.get("Parts", ())
    }
