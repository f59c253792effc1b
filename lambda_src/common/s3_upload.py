"""Uploads bytes as they come: in one piece, or in parts of which one is in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from common.s3_multipart import abort

PART_BYTES = 8 << 20


def upload(
    s3: Any,
    target: Mapping[str, str],
    pieces: Iterable[bytes],
    *,
    condition: Mapping[str, str],
    attributes: Mapping[str, Any],
) -> str:
    """Version id of the object; nothing is visible at the key before it is whole.

    Parameters:
        target: `Bucket` and `Key`.
        condition: `IfMatch` or `IfNoneMatch` that the destination must meet.
        attributes: headers of the object.
    """
    parts = _parts(pieces)
    first = next(parts)
    if len(first) < PART_BYTES:
        answer = s3.put_object(**target, Body=first, **attributes, **condition)
        return str(answer["VersionId"])
    upload_id = s3.create_multipart_upload(**target, **attributes)["UploadId"]
    place = {**target, "UploadId": upload_id}
    sent: list[dict[str, Any]] = []
    try:
        part: bytes | None = first
        while part is not None:
            number = len(sent) + 1
            answer = s3.upload_part(**place, PartNumber=number, Body=part)
            sent.append({"PartNumber": number, "ETag": answer["ETag"]})
            part = next(parts, None)
        answer = s3.complete_multipart_upload(**place, MultipartUpload={"Parts": sent}, **condition)
    except BaseException:
        abort(s3, place)
        raise
    return str(answer["VersionId"])


def _parts(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in parts of one size, the last one shorter, and at least one."""
    buffer = bytearray()
    is_first = True
    for piece in pieces:
        buffer += piece
        while len(buffer) >= PART_BYTES:
            yield bytes(buffer[:PART_BYTES])
            del buffer[:PART_BYTES]
            is_first = False
    if buffer or is_first:
        yield bytes(buffer)
