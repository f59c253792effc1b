"""Archives that S3's CRC-64/NVME does not tell apart."""

from __future__ import annotations

from local_cloud.testing import crc64nvme


def with_extra(archive: bytes, extra: bytes) -> bytes:
    """The same gzip file with bytes in its header that every reader skips."""
    flags = bytes([archive[3] | 4])
    return (
        archive[:3]
        + flags
        + archive[4:10]
        + len(extra).to_bytes(2, "little")
        + extra
        + archive[10:]
    )


def with_same_crc64(like: bytes, archive: bytes) -> bytes:
    """Another gzip file with the length and checksum of `like`: the checksum is linear.

    Parameters:
        archive: what it unpacks to; at least ten bytes shorter than `like`.
    """
    padding = bytes(len(like) - len(archive) - 10)

    def made(free: int) -> bytes:
        return with_extra(archive, free.to_bytes(8, "little") + padding)

    base = crc64nvme(made(0))
    # effect of each free bit, and which free bits make it, reduced as they come
    rows: list[tuple[int, int]] = []
    for bit in range(64):
        effect, bits = crc64nvme(made(1 << bit)) ^ base, 1 << bit
        for known, made_of in rows:
            if effect ^ known < effect:
                effect, bits = effect ^ known, bits ^ made_of
        rows.append((effect, bits))
        rows.sort(reverse=True)
    missing, free = crc64nvme(like) ^ base, 0
    for known, made_of in rows:
        if missing ^ known < missing:
            missing, free = missing ^ known, free ^ made_of
    return made(free)
