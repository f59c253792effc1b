"""CRC-64/NVME, which S3 computes for what comes without a checksum."""

from __future__ import annotations

import base64


def crc64nvme(content: bytes) -> int:
    """The checksum; 0xAE8B14860A799888 for b"123456789"."""
    from local_cloud.s3.crc64nvme import crc64nvme as quick  # noqa: PLC0415 - loads numpy

    return quick(content)


def crc64nvme_header(content: bytes) -> str:
    """The checksum as S3's headers carry it."""
    return base64.b64encode(crc64nvme(content).to_bytes(8, "big")).decode()
