"""What a stranger may upload: refused with a reason, in bounded time and memory."""

from __future__ import annotations

import gzip
import io
import os
import re
import shutil
import subprocess
import tarfile
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from tests.fakes.archives import SCRIPT, pax, tar_entry, tar_header, with_checksum
from update_endpoint.errors import ArchiveRefused
from update_endpoint.inspect_archive import inspect
from update_endpoint.tar_stream import MAX_EXTENSION_BYTES, MAX_MEMBERS

MIB = 1 << 20
END = bytes(1024)
NAME = SCRIPT.encode()
CODE = tar_entry(NAME, b"pass")
WEIGHTS = tar_entry(b"model.bin", b"weights" * 200)
GNU = b"ustar  \0"


def judge(tar: bytes, budget: int = 64 * MIB) -> str:
    """The reason of the refusal, "" when the archive is taken."""
    return judge_packed(gzip.compress(tar, mtime=0), budget)


def judge_packed(packed: bytes, budget: int = 64 * MIB) -> str:
    try:
        inspect(io.BytesIO(packed), budget)
    except ArchiveRefused as exc:
        assert str(exc)
        assert str(exc).isprintable()
        assert len(str(exc)) < 500
        return str(exc)
    return ""


TAKEN = {
    "plain": CODE + WEIGHTS + END,
    "padding of zeros": CODE + END + bytes(20 * 512),
    "from inside the folder": b"".join(
        [
            tar_entry(b"./", kind=b"5"),
            tar_entry(b"./code/", kind=b"5"),
            tar_entry(b"./" + NAME, b"x"),
        ]
    )
    + END,
    "GNU names": tar_entry(b"././@LongLink", b"d/" * 3 + b"m" * 120 + b"\0", b"L", magic=GNU)
    + tar_entry(b"d/d/d/m", b"x", magic=GNU)
    + CODE
    + END,
    "pax names, times and attributes": pax({b"comment": b"commit"}, b"g")
    + pax({b"path": "gewichte-ä".encode(), b"mtime": b"1.5", b"SCHILY.xattr.user.a": b"\0\n="})
    + WEIGHTS
    + CODE
    + END,
    "pax size": pax({b"size": b"4"}) + tar_header(NAME, 0) + b"pass".ljust(512, b"\0") + END,
    "binary size": tar_header(NAME, b"\x80" + bytes(10) + b"\4") + b"pass".ljust(512, b"\0") + END,
    "prefix of ustar": tar_entry(b"inference.py", b"pass", prefix=b"code") + END,
}

NOT_TAR = "not a tar archive inside the gzip"
REFUSED = {
    # Sizes and chains that made tarfile loop, fill the memory or crash.
    "size beyond any archive": (
        tar_header(NAME, b"\x80" + bytes(3) + b"\x40" + bytes(7)),
        "is cut off",
    ),
    "negative size": (tar_header(NAME, b"\xff" * 12) + END, "the size"),
    "size of letters": (tar_header(NAME, b"00000000zz9\0") + END, "the size"),
    "pax size of letters": (pax({b"size": b"-1"}) + CODE + END, "the size -1"),
    "pax size without end": (pax({b"size": b"9" * 40}) + CODE + END, "the size 999"),
    "huge pax header": (
        tar_header(b"p", 1 << 30, b"x") + CODE + END,
        "a header of 1073741824 bytes",
    ),
    "huge GNU name": (tar_header(b"l", 1 << 30, b"L", magic=GNU) + CODE + END, "a header of 1073"),
    "mode of letters": (
        with_checksum(CODE[:100] + b"rwxr-xr-" + CODE[108:512]) + CODE[512:] + END,
        "the number rwxr-xr- in a header",
    ),
    "chained headers": (tar_header(b"p", 0, b"x") * 3000 + CODE + END, "two headers of type x"),
    "chained global headers": (pax({b"a": b"b"}, b"g") * 2 + CODE + END, "two headers of type g"),
    "too many entries": (tar_entry(b"d/", kind=b"5") * (MAX_MEMBERS + 1) + CODE + END, "more than"),
    "bad sparse map": (pax({b"GNU.sparse.map": b"x,y"}) + CODE + END, "sparse"),
    "sparse file": (tar_entry(b"model.bin", kind=b"S", magic=GNU) + CODE + END, "sparse"),
    # Damage.
    "checksum": (CODE[:148] + b"0000000\0" + CODE[156:] + END, f"{NOT_TAR} .no valid header"),
    "cut off in the content": (CODE + WEIGHTS[:600], "model.bin is cut off"),
    "cut off in a header": (CODE + WEIGHTS[:100], f"{NOT_TAR} .it is cut off"),
    "cut off in a pax header": (pax({b"comment": b"c" * 900})[:700], "it is cut off"),
    "no end": (CODE + WEIGHTS, "its end is missing"),
    "half an end": (CODE + END[:512], "its end is damaged or missing"),
    "lone zero block": (CODE + END[:512] + WEIGHTS + END, "its end is damaged or missing"),
    "header without entry": (CODE + pax({b"path": b"x"}) + END, "an entry that is missing"),
    "damaged pax record": (
        tar_entry(b"p", b"99 path=x\n", b"x") + CODE + END,
        "a damaged pax header",
    ),
    "pax record of nothing": (tar_entry(b"p", b"0 path=x\n", b"x") + CODE + END, "a damaged pax"),
    # What one reader takes one way and another reader the other.
    "two tars": (CODE + END + WEIGHTS + END, "something follows its end"),
    "pax and GNU names": (
        pax({b"path": NAME}) + tar_entry(b"l", b"other\0", b"L", magic=GNU) + WEIGHTS + END,
        "pax and GNU headers",
    ),
    "pax path twice": (
        tar_entry(b"p", b"10 path=a\n10 path=b\n", b"x") + CODE + END,
        "path twice in a pax header",
    ),
    "path for all": (pax({b"path": NAME}, b"g") + WEIGHTS + END, "in a global header"),
    "script twice": (CODE + CODE + END, f"{SCRIPT} is in the archive twice"),
    "script twice, other spelling": (CODE + tar_entry(b"./" + NAME, b"x") + END, "twice"),
    "weights twice": (CODE + WEIGHTS + WEIGHTS + END, "model.bin is in the archive twice"),
    "file and folder": (tar_entry(b"code", b"x") + CODE + END, "code is both a file and a folder"),
    "folder and file": (CODE + tar_entry(b"code", b"x") + END, "code is in the archive twice"),
    "folder with content": (CODE + tar_entry(b"d/", b"x", b"5") + END, "a folder with content"),
    "file with the name of a folder": (tar_entry(NAME + b"/", b"x") + END, "use plain names"),
    # Names.
    "absolute": (tar_entry(b"/" + NAME, b"x") + END, "use plain names"),
    "folder above": (tar_entry(b"a/../" + NAME, b"x") + END, "use plain names"),
    "empty folder name": (tar_entry(b"code//inference.py", b"x") + END, "use plain names"),
    "no name": (tar_entry(b"", b"x") + CODE + END, "use plain names"),
    "not UTF-8": (tar_entry(b"gewichte-\xe4", b"x") + CODE + END, "gewichte-.xe4 is not UTF-8"),
    "terminal escape": (tar_entry(b"a\x1b[2J", b"x") + CODE + END, r"a\\x1b\[2J has characters"),
    "bidi override": (tar_entry("a\u202eb".encode(), b"x") + CODE + END, r"a\\u202eb has char"),
    "NUL in a pax path": (pax({b"path": NAME + b"\0.txt"}) + WEIGHTS + END, "do not print"),
    "long path": (pax({b"path": b"a/" * 400 + b"b"}) + WEIGHTS + END, "more than 512"),
    "long name": (pax({b"path": "ä".encode() * 200}) + WEIGHTS + END, "at most 255 bytes"),
    "many dots": (pax({b"path": b"./" * 500_000 + b"a"}) + WEIGHTS + END, "more than 512"),
    # Kinds.
    "device": (tar_entry(b"d", kind=b"3") + CODE + END, "d is a device"),
    "FIFO": (tar_entry(b"f", kind=b"6") + CODE + END, "f is a FIFO"),
    "volume": (tar_entry(b"v", kind=b"V", magic=GNU) + CODE + END, "an entry of odd type"),
    "script as a link": (
        tar_entry(NAME, kind=b"2", target=b"../inference.py") + END,
        f"{SCRIPT} is a symbolic link to ../inference.py.* --dereference --hard-dereference",
    ),
    "script as a hard link": (
        tar_entry(NAME, kind=b"1", target=b"other.py") + END,
        f"{SCRIPT} is a hard link to other.py.* --dereference --hard-dereference",
    ),
    "weights in a cache": (
        CODE + tar_entry(b"model.safetensors", kind=b"2", target=b"../../blobs/ab12") + END,
        "model.safetensors is a symbolic link to ../../blobs/ab12.* --dereference",
    ),
}


@pytest.mark.parametrize("tar", TAKEN.values(), ids=TAKEN)
def test_what_common_programs_write_is_taken(tar: bytes) -> None:
    assert judge(tar) == ""
    assert SCRIPT in files_of(tar)


@pytest.mark.parametrize(("tar", "reason"), REFUSED.values(), ids=REFUSED)
def test_odd_archive_is_refused_in_little_memory(tar: bytes, reason: str) -> None:
    packed = gzip.compress(tar, mtime=0)
    tracemalloc.start()
    try:
        found = judge_packed(packed)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert re.search(reason, found), found
    assert peak < 8 * MAX_EXTENSION_BYTES


def _members_of_gzip() -> Iterator[tuple[str, bytes, str]]:
    good = gzip.compress(CODE + END, mtime=0)
    empty = gzip.compress(b"", mtime=0)
    yield "several streams", gzip.compress(CODE, mtime=0) + gzip.compress(END, mtime=0), "goes on"
    yield "empty streams", empty * 100_000 + good, "goes on after its gzip stream"
    yield "garbage behind", good + b"garbage", "goes on after its gzip stream"
    yield "zeros behind", good + bytes(10), "goes on after its gzip stream"
    yield "wrong checksum", good[:-8] + bytes(4) + good[-4:], "incorrect data check"
    yield "wrong length", good[:-4] + bytes(4), "incorrect length check"
    yield "reserved flag", good[:3] + b"\x80" + good[4:], "unknown header flags set"
    yield "endless name", good[:3] + b"\x08" + good[4:10] + b"n" * MIB, "cut off"
    yield "zeros", gzip.compress(bytes(80 * MIB), 9, mtime=0), "first 0.0625 GiB unpacked"


@pytest.mark.parametrize(
    ("packed", "reason"),
    [case[1:] for case in _members_of_gzip()],
    ids=[case[0] for case in _members_of_gzip()],
)
def test_odd_gzip_file_is_refused(packed: bytes, reason: str) -> None:
    assert reason in judge_packed(packed)


def test_links_behind_the_script_are_found_before_the_weights_end_the_search() -> None:
    link = tar_entry(b"tokenizer.json", kind=b"2", target=b"../../blobs/cd34")
    large = tar_header(b"weights.bin", 1 << 32)
    assert judge(CODE + large) == ""
    assert "tokenizer.json is a symbolic link" in judge(CODE + link + large)


@given(st.data())
def test_mutated_archives_are_taken_only_as_tarfile_reads_them(data: st.DataObject) -> None:
    tar = bytearray(TAKEN[data.draw(st.sampled_from(sorted(TAKEN)))])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(tar) - 1))
        patch = data.draw(st.binary(max_size=12)) or bytes(512)
        tar[at : at + len(patch)] = patch
        block = at // 512 * 512
        if data.draw(st.booleans()):
            tar[block : block + 512] = with_checksum(bytes(tar[block : block + 512]))
    began = time.process_time()
    reason = judge(bytes(tar))
    assert time.process_time() - began < 2
    if not reason:
        assert SCRIPT in files_of(bytes(tar))


def files_of(tar: bytes) -> set[str]:
    """What Python's tarfile would extract, with `./` and nothing else taken off names."""
    with tarfile.open(fileobj=io.BytesIO(tar), mode="r:") as archive:
        names = [member.name for member in archive if member.isfile()]
    files = {name.removeprefix("./") for name in names}
    assert len(files) == len(names)
    return files


@pytest.mark.parametrize("form", ["gnu", "posix", "ustar"])
def test_archives_of_tar_are_taken(form: str, tmp_path: Path) -> None:
    tar = shutil.which("tar")
    assert tar
    model = tmp_path / "model"
    (model / "code").mkdir(parents=True)
    (model / SCRIPT).write_text("pass")
    (model / ("n" * 90)).mkdir()
    (model / ("n" * 90) / ("m" * 60)).write_text("x")
    (model / "blob").write_text("weights")
    (model / "model.bin").symlink_to("blob")
    os.link(model / "blob", model / "same.bin")
    command = [tar, "-C", str(model), f"--format={form}", "-czf", str(tmp_path / "a.tar.gz"), "."]
    subprocess.run(command, check=True)
    assert "link to" in judge_packed((tmp_path / "a.tar.gz").read_bytes())
    command[1:1] = ["--dereference", "--hard-dereference"]
    subprocess.run(command, check=True)
    assert judge_packed((tmp_path / "a.tar.gz").read_bytes()) == ""
