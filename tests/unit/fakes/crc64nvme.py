"""CRC-64/NVME as S3 computes it; slow, for small test objects."""

from __future__ import annotations

import base64

_POLYNOMIAL = 0x9A6C9329AC4BC9B5
_ALL = (1 << 64) - 1


def _entry(value: int) -> int:
    for _ in range(8):
        value = (value >> 1) ^ (_POLYNOMIAL if value & 1 else 0)
    return value


_TABLE = tuple(_entry(value) for value in range(256))


def crc64nvme(content: bytes) -> int:
    """Checksum; 0xAE8B14860A799888 for b"123456789"."""
    crc = _ALL
    for byte in content:
        crc = _TABLE[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    return crc ^ _ALL


def encoded(content: bytes) -> str:
    """Checksum as S3's headers carry it."""
    return base64.b64encode(crc64nvme(content).to_bytes(8, "big")).decode()
