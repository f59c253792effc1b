"""An upload is judged by as little of it as it takes."""

from __future__ import annotations

import bz2
import gzip
import lzma
import random
from datetime import timedelta
from pathlib import Path
from typing import IO, cast

import pytest
from hypothesis import given, strategies as st

from common.s3_source import S3Source
from navigation_model.packer.archive import write_archive
from tests.fakes.archives import SCRIPT, archive
from tests.fakes.clock import Clock
from tests.fakes.s3_checksums import FakeChecksumS3
from update_endpoint.errors import ArchiveRefused
from update_endpoint.inspect_archive import ALWAYS_BYTES, inspect
from update_endpoint.ranged_reader import FIRST_RANGE_BYTES, LARGEST_RANGE_BYTES, RangedReader

MIB = 1 << 20
WEIGHTS = random.Random(7).randbytes(3 * MIB)  # noqa: S311 - incompressible, not secret
GOOD = archive({SCRIPT: b"pass"})


class Bench:
    """One uploaded archive and its inspection."""

    def __init__(self, content: bytes) -> None:
        self.clock = Clock()
        self.s3 = FakeChecksumS3(self.clock, "uploads")
        answer = self.s3.put_object(Bucket="uploads", Key="model.tar.gz", Body=content)
        self.source = S3Source(
            "uploads", "model.tar.gz", answer["VersionId"], answer["ETag"], len(content)
        )

    def inspect(self, budget: int = 64 * MIB, seconds: float = 60) -> None:
        reader = RangedReader(self.s3, self.source, clock=self.clock, seconds=seconds)
        inspect(cast(IO[bytes], reader), budget)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not a complete gzip file .it is empty"),
        (b"PK\x03\x04 a zip", "it is a zip file"),
        (b"\x28\xb5\x2f\xfd zstd", "it is a zstd file"),
        (bz2.compress(b"tar"), "it is a bzip2 file"),
        (lzma.compress(b"tar"), "it is an xz file"),
        (gzip.decompress(GOOD), "it is a tar without gzip"),
        (b"not an archive", "it does not begin as one"),
        (gzip.compress(b"plain text, no tar", mtime=0), "not a tar archive"),
        (gzip.compress(b"", mtime=0), "not a tar archive"),
        (archive({}), "holds no files"),
        (archive({"model.bin": b"weights"}), f"lacks {SCRIPT}$"),
        (archive({"inference.py": b"pass"}), f"lacks {SCRIPT}$"),
        (archive({f"paligemma/{SCRIPT}": b"pass"}), "pack from inside that folder"),
        (archive({SCRIPT: b""}), "is empty"),
        (archive({"model.bin": WEIGHTS, SCRIPT: b"pass"})[:MIB], "not a complete gzip"),
    ],
)
def test_unusable_archive_is_refused_with_its_reason(content: bytes, reason: str) -> None:
    with pytest.raises(ArchiveRefused, match=reason):
        Bench(content).inspect()


@pytest.mark.parametrize("name", [SCRIPT, f"./{SCRIPT}"])
def test_script_is_found_however_its_path_is_written(name: str) -> None:
    Bench(archive({name: b"pass", "model.bin": b"weights"})).inspect()


def test_archive_of_the_packer_takes_one_small_read(tmp_path: Path) -> None:
    weights = random.Random(7).randbytes(ALWAYS_BYTES)  # noqa: S311 - incompressible, not secret
    members = {"model.safetensors": weights, SCRIPT: b"pass", "added_tokens.json": b"{}"}
    packed = write_archive(members, tmp_path / "model.tar.gz", lambda count: None)
    bench = Bench(packed.path.read_bytes())
    bench.inspect()
    assert bench.s3.bytes_read <= FIRST_RANGE_BYTES


def test_script_packed_last_is_found_in_growing_ranges() -> None:
    bench = Bench(archive({"model.bin": WEIGHTS, SCRIPT: b"pass"}))
    bench.inspect()
    reads = [call["Range"] for name, call in bench.s3.history if name == "GetObject"]
    assert len(reads) < 10
    assert bench.s3.bytes_read <= bench.source.size
    assert all(call["VersionId"] for name, call in bench.s3.history if name == "GetObject")


def test_budget_ends_a_decompression_bomb() -> None:
    bomb = archive({"zeros.bin": bytes(40 * MIB), SCRIPT: b"pass"})
    assert len(bomb) < MIB
    with pytest.raises(ArchiveRefused, match="INSPECTION_MAX_UNPACKED_GB"):
        Bench(bomb).inspect(budget=8 * MIB)


def test_what_takes_too_long_is_refused_as_it_would_take_as_long_again() -> None:
    bench = Bench(archive({"model.bin": WEIGHTS, SCRIPT: b"pass"}))
    read = bench.s3._get_object

    def slow(client: FakeChecksumS3, **call: object) -> object:
        client.clock.now += timedelta(seconds=30)
        return read(**call)

    slow_s3 = type("SlowS3", (FakeChecksumS3,), {"_get_object": slow})
    bench.s3.__class__ = slow_s3
    with pytest.raises(ArchiveRefused, match=r"not reached in time .* put code/ first"):
        bench.inspect(seconds=45)


def test_replaced_upload_is_not_mixed_with_its_successor() -> None:
    bench = Bench(archive({"model.bin": WEIGHTS, SCRIPT: b"pass"}))
    bench.s3.put_object(Bucket="uploads", Key="model.tar.gz", Body=b"something else")
    bench.inspect()


def test_ranges_stay_bounded() -> None:
    reader = RangedReader(
        (bench := Bench(bytes(70 * MIB))).s3, bench.source, clock=bench.clock, seconds=60
    )
    while reader.read(MIB):
        pass
    sizes = [
        int(last) - int(first) + 1
        for name, call in bench.s3.history
        if name == "GetObject"
        for first, last in [call["Range"].removeprefix("bytes=").split("-")]
    ]
    assert max(sizes) == LARGEST_RANGE_BYTES
    assert sum(sizes) == bench.source.size


@given(st.binary(max_size=300), st.integers(0, len(GOOD)), st.booleans())
def test_no_bytes_make_the_inspection_crash(noise: bytes, cut: int, front: bool) -> None:
    content = noise + GOOD[cut:] if front else GOOD[:cut] + noise
    try:
        Bench(content).inspect(budget=MIB)
    except ArchiveRefused as exc:
        assert str(exc)
