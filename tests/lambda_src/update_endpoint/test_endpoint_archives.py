"""Uploads that are no usable archive are refused with a reason, in bounded time and memory."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import random
import re
import shutil
import subprocess
import tarfile
import time
import tracemalloc
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from common.s3_source import S3Source
from navigation_model.packer.archive import write_archive
from tests.fakes.archives import SCRIPT, archive, pax, tar_entry, tar_header, with_checksum
from tests.fakes.clock import Clock
from tests.fakes.s3 import FakeS3
from update_endpoint.errors import ArchiveRefused
from update_endpoint.inspect_archive import ALWAYS_BYTES, MAX_MEMBERS, inspect
from update_endpoint.ranged_reader import FIRST_RANGE_BYTES, LARGEST_RANGE_BYTES, RangedReader

MIB = 1 << 20
END = bytes(1024)
NAME = SCRIPT.encode()
CODE = tar_entry(NAME, b"pass")
WEIGHTS = tar_entry(b"model.bin", b"weights" * 200)
NOISE = random.Random(7).randbytes(ALWAYS_BYTES)  # noqa: S311 - incompressible, not secret
GOOD = archive({SCRIPT: b"pass"})
GNU = b"ustar  \0"


def judge(packed: bytes, budget: int = 64 * MIB, program: str = "") -> str:
    """The reason of the refusal, "" when the archive is taken."""
    try:
        inspect(io.BytesIO(packed), budget, program)
    except ArchiveRefused as exc:
        assert str(exc).isprintable()
        assert 0 < len(str(exc)) < 500
        return str(exc)
    return ""


def packed(*blocks: bytes) -> bytes:
    return gzip.compress(b"".join(blocks) + END, mtime=0)


TAKEN = {
    "plain": packed(CODE, WEIGHTS),
    "more zeros at the end": packed(CODE, bytes(40 * 512)),
    "from inside the folder": packed(
        tar_entry(b"./", kind=b"5"),
        tar_entry(b"./code/", kind=b"5"),
        tar_entry(b"./" + NAME, b"x"),
    ),
    "GNU names": packed(
        tar_entry(b"././@LongLink", b"d/" * 3 + b"m" * 120 + b"\0", b"L", magic=GNU),
        tar_entry(b"d/d/d/m", b"x", magic=GNU),
        CODE,
    ),
    "pax names and times": packed(
        pax({b"comment": b"commit"}, b"g"),
        pax({b"path": "gewichte-ä".encode(), b"mtime": b"1.5"}),
        WEIGHTS,
        CODE,
    ),
    "prefix of ustar": packed(tar_entry(b"inference.py", b"pass", prefix=b"code")),
}
REFUSED = {
    "empty": (b"", "not a complete gzip file .it is empty"),
    "zip": (b"PK\x03\x04 a zip", "it is a zip file"),
    "zstd": (b"\x28\xb5\x2f\xfd zstd", "it is a zstd file"),
    "bzip2": (bz2.compress(b"tar"), "it is a bzip2 file"),
    "xz": (lzma.compress(b"tar"), "it is an xz file"),
    "tar": (gzip.decompress(GOOD), "it is a tar without gzip"),
    "text": (b"not an archive", "it does not begin as one"),
    "text in gzip": (gzip.compress(b"plain text, no tar", mtime=0), "not a tar archive"),
    "nothing in gzip": (gzip.compress(b"", mtime=0), "not a complete gzip"),
    "cut off": (archive({"model.bin": NOISE, SCRIPT: b"pass"})[:MIB], "end-of-stream marker"),
    "wrong checksum": (GOOD[:-8] + bytes(4) + GOOD[-4:], "CRC check failed"),
    "garbage behind": (GOOD + b"garbage", "Not a gzipped file"),
    "bytes lost in it": (packed(CODE, WEIGHTS[:600]), "unexpected end of data"),
    "no end": (gzip.compress(CODE + WEIGHTS, mtime=0), "cut off or damaged"),
    "damaged header": (
        packed(CODE, WEIGHTS[:148] + b"0000000\0" + WEIGHTS[156:]),
        "cut off or damaged",
    ),
    "no files": (archive({}), "holds no files"),
    "no script": (archive({"model.bin": b"weights"}), f"lacks {SCRIPT}$"),
    "script in the root": (archive({"inference.py": b"pass"}), f"lacks {SCRIPT}$"),
    "in a folder": (archive({f"paligemma/{SCRIPT}": b"pass"}), "pack from inside that folder"),
    "empty script": (archive({SCRIPT: b""}), "is empty"),
    # Sizes and chains that would loop or fill the memory.
    "size beyond any": (
        packed(tar_header(NAME, b"\x80" + bytes(3) + b"\x40" + bytes(7))),
        "unexpected",
    ),
    "negative size": (packed(tar_header(NAME, b"\xff" * 12)), "negative size"),
    "size of letters": (packed(tar_header(NAME, b"00000000zz9\0")), "not a tar"),
    "pax size of letters": (packed(pax({b"size": b"9x"}), CODE), "is empty"),
    "huge pax header": (packed(tar_header(b"p", 1 << 30, b"x"), CODE), "bytes of headers"),
    "huge GNU name": (packed(tar_header(b"l", 1 << 30, b"L", magic=GNU), CODE), "of headers"),
    "chained headers": (packed(tar_header(b"p", 0, b"x") * 3000, CODE), "recursion"),
    "many entries": (packed(tar_entry(b"d/", kind=b"5") * (MAX_MEMBERS + 1), CODE), "more than"),
    "sparse file": (packed(tar_entry(b"m", kind=b"S", magic=GNU), CODE), "sparse"),
    # Names and kinds.
    "script twice": (packed(CODE, CODE), f"{SCRIPT} is in the archive twice"),
    "script spelt twice": (packed(CODE, tar_entry(b"./" + NAME, b"x")), "twice"),
    "file and folder": (packed(tar_entry(b"code", b"x"), CODE), "both a file and a folder"),
    "folder and file": (packed(CODE, tar_entry(b"code", b"x")), "code is in the archive twice"),
    "absolute": (packed(tar_entry(b"/" + NAME, b"x")), "use plain names"),
    "folder above": (packed(tar_entry(b"a/../" + NAME, b"x")), "use plain names"),
    "no name": (packed(tar_entry(b"", b"x"), CODE), "use plain names"),
    "not UTF-8": (packed(tar_entry(b"gewichte-\xe4", b"x"), CODE), "is not UTF-8"),
    "terminal escape": (packed(tar_entry(b"a\x1b[2J", b"x"), CODE), r"a\\x1b\[2J has characters"),
    "long path": (packed(pax({b"path": b"a/" * 400 + b"b"}), WEIGHTS), "more than 512"),
    "long name": (packed(pax({b"path": "ä".encode() * 200}), WEIGHTS), "at most 255 bytes"),
    "device": (packed(tar_entry(b"d", kind=b"3"), CODE), "d is neither a file nor a folder"),
    "script as a link": (
        packed(tar_entry(NAME, kind=b"2", target=b"../inference.py")),
        f"{SCRIPT} is a symbolic link to ../inference.py.* --dereference --hard-dereference",
    ),
    "script as a hard link": (
        packed(tar_entry(NAME, kind=b"1", target=b"other.py")),
        f"{SCRIPT} is a hard link to other.py.* --dereference --hard-dereference",
    ),
    "weights in a cache": (
        packed(CODE, tar_entry(b"model.safetensors", kind=b"2", target=b"../../blobs/ab12")),
        "model.safetensors is a symbolic link to ../../blobs/ab12.* --dereference",
    ),
}


@pytest.mark.parametrize("content", TAKEN.values(), ids=TAKEN)
def test_what_common_programs_write_is_taken(content: bytes) -> None:
    assert judge(content) == ""


@pytest.mark.parametrize(("content", "reason"), REFUSED.values(), ids=REFUSED)
def test_an_unusable_archive_is_refused_with_its_reason(content: bytes, reason: str) -> None:
    tracemalloc.start()
    try:
        found = judge(content)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert re.search(reason, found), found
    assert peak < 32 * MIB


@pytest.mark.parametrize("name", ["code/release_server/__init__.py", "code/release_server.py"])
def test_the_program_that_the_container_starts_is_needed(name: str) -> None:
    """Without it every start would fail, a quarter of an hour later."""
    assert "lacks code/release_server: add" in judge(GOOD, program="release_server")
    assert judge(archive({SCRIPT: b"pass", name: b""}), program="release_server") == ""


def test_links_behind_the_script_are_found_before_the_weights_end_the_search() -> None:
    link = tar_entry(b"tokenizer.json", kind=b"2", target=b"../../blobs/cd34")
    large = tar_header(b"weights.bin", 1 << 32)
    assert judge(packed(CODE, large)) == ""
    assert "tokenizer.json is a symbolic link" in judge(packed(CODE, link, large))


def test_budget_ends_a_decompression_bomb() -> None:
    bomb = archive({"zeros.bin": bytes(40 * MIB), SCRIPT: b"pass"})
    assert len(bomb) < MIB
    assert "put code/ first" in judge(bomb, budget=8 * MIB)


@given(st.data())
def test_mutated_archives_are_judged_in_little_time(data: st.DataObject) -> None:
    tar = bytearray(gzip.decompress(TAKEN[data.draw(st.sampled_from(sorted(TAKEN)))]))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(tar) - 1))
        patch = data.draw(st.binary(max_size=12)) or bytes(512)
        tar[at : at + len(patch)] = patch
        block = at // 512 * 512
        if data.draw(st.booleans()):
            tar[block : block + 512] = with_checksum(bytes(tar[block : block + 512]))
    began = time.process_time()
    reason = judge(gzip.compress(bytes(tar), mtime=0))
    assert time.process_time() - began < 2
    if not reason:
        with tarfile.open(fileobj=io.BytesIO(tar), mode="r:") as read:
            assert SCRIPT in {name.removeprefix("./") for name in read.getnames()}


@given(st.binary(max_size=300), st.integers(0, len(GOOD)), st.booleans())
def test_no_bytes_make_the_inspection_crash(noise: bytes, cut: int, front: bool) -> None:
    judge(noise + GOOD[cut:] if front else GOOD[:cut] + noise, budget=MIB)


@pytest.mark.parametrize("form", ["gnu", "posix", "ustar"])
def test_archives_of_tar_are_taken(form: str, tmp_path: Path) -> None:
    tar = shutil.which("tar")
    assert tar
    model, result = tmp_path / "model", tmp_path / "a.tar.gz"
    (model / "code").mkdir(parents=True)
    (model / SCRIPT).write_text("pass")
    (model / ("n" * 90)).mkdir()
    (model / ("n" * 90) / ("m" * 60)).write_text("x")
    (model / "blob").write_text("weights")
    (model / "model.bin").symlink_to("blob")
    os.link(model / "blob", model / "same.bin")
    command = [tar, "-C", str(model), f"--format={form}", "-czf", str(result), "."]
    subprocess.run(command, check=True)
    assert "link to" in judge(result.read_bytes())
    command[1:1] = ["--dereference", "--hard-dereference"]
    subprocess.run(command, check=True)
    assert judge(result.read_bytes()) == ""


class Uploaded:
    """An archive on S3 and what is read of it."""

    def __init__(self, content: bytes, seconds_per_call: float = 0) -> None:
        self.clock = Clock()
        self.s3 = FakeS3(self.clock, "uploads")
        answer = self.s3.put_object(Bucket="uploads", Key="a", Body=content)
        self.source = S3Source("uploads", "a", answer["VersionId"], answer["ETag"], len(content))
        self.pause = timedelta(seconds=seconds_per_call)

    def get_object(self, **call: object) -> object:
        self.clock.now += self.pause
        return self.s3.get_object(**call)

    def reader(self, seconds: float = 60) -> RangedReader:
        return RangedReader(self, self.source, clock=self.clock, seconds=seconds)

    def ranges(self) -> list[int]:
        """Bytes of each read."""
        reads = [call for operation, call in self.s3.history if operation == "GetObject"]
        assert all(call["VersionId"] == self.source.version_id for call in reads)
        pairs = [call["Range"].removeprefix("bytes=").split("-") for call in reads]
        return [int(last) - int(first) + 1 for first, last in pairs]


def test_archive_of_the_packer_takes_one_small_read(tmp_path: Path) -> None:
    members = {"model.safetensors": NOISE, SCRIPT: b"pass", "added_tokens.json": b"{}"}
    path = write_archive(members, tmp_path / "model.tar.gz", lambda count: None).path
    uploaded = Uploaded(path.read_bytes())
    inspect(uploaded.reader(), 64 * MIB)
    assert uploaded.ranges() == [FIRST_RANGE_BYTES]


def test_script_packed_last_is_found_in_growing_ranges_of_the_same_version() -> None:
    content = archive({"model.bin": NOISE[: 3 * MIB], SCRIPT: b"pass"})
    uploaded = Uploaded(content)
    uploaded.s3.put_object(Bucket="uploads", Key="a", Body=b"something else")
    inspect(uploaded.reader(), 64 * MIB)
    assert len(uploaded.ranges()) < 10
    assert sum(uploaded.ranges()) <= len(content)


def test_ranges_stay_bounded() -> None:
    uploaded = Uploaded(bytes(70 * MIB))
    reader = uploaded.reader()
    while reader.read(MIB):
        pass
    assert (max(uploaded.ranges()), sum(uploaded.ranges())) == (LARGEST_RANGE_BYTES, 70 * MIB)


def test_what_takes_too_long_is_refused_as_it_would_take_as_long_again() -> None:
    uploaded = Uploaded(archive({"model.bin": NOISE, SCRIPT: b"pass"}), seconds_per_call=30)
    with pytest.raises(ArchiveRefused, match=r"not reached in time .* put code/ first"):
        inspect(uploaded.reader(seconds=45), 64 * MIB)
