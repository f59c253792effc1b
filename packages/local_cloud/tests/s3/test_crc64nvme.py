"""The folded CRC-64/NVME is the plain one, and quick."""

from __future__ import annotations

import random
import time

import pytest

from local_cloud.s3.crc64nvme import crc64nvme

FOLD = 1 << 12  # bytes from which the small fold works
LARGE_FOLD = 1 << 20


def plain(content: bytes) -> int:
    """The checksum bit by bit."""
    value = (1 << 64) - 1
    for byte in content:
        value ^= byte
        for _ in range(8):
            value = (value >> 1) ^ (0x9A6C9329AC4BC9B5 if value & 1 else 0)
    return value ^ ((1 << 64) - 1)


def test_published_check_value() -> None:
    assert crc64nvme(b"123456789") == 0xAE8B14860A799888


@pytest.mark.parametrize(
    "size", [0, 1, 7, 8, 9, 100, FOLD, FOLD + 7, FOLD + 8, FOLD + 9, 3 * FOLD + 5, LARGE_FOLD + 11]
)
def test_every_length_agrees_with_the_plain_algorithm(size: int) -> None:
    content = random.Random(size).randbytes(size)  # noqa: S311 - the same bytes in every run
    assert crc64nvme(content) == plain(content)


def test_each_position_counts() -> None:
    content = bytearray(3 * LARGE_FOLD)
    seen = {crc64nvme(bytes(content))}
    for position in (0, 8, LARGE_FOLD - 1, LARGE_FOLD, 3 * LARGE_FOLD - 1):
        content[position] ^= 1
        seen.add(crc64nvme(bytes(content)))
    assert len(seen) == 6


def test_fifty_megabytes_take_less_than_a_second_of_processor_time() -> None:
    content = bytes(50_000_000)
    crc64nvme(content[:LARGE_FOLD])
    start = time.process_time()
    crc64nvme(content)
    assert time.process_time() - start < 1
