"""The archive: the same contents give the same bytes, and never half a file."""

from __future__ import annotations

import hashlib
import os
import tarfile
from pathlib import Path

import pytest

from navigation_model.packer.archive import content_size, write_archive


def _members(folder: Path, mtime: int) -> dict[str, Path | bytes]:
    folder.mkdir()
    weights = folder / "weights.safetensors"
    weights.write_bytes(bytes(range(256)) * 5000)
    weights.chmod(0o600)
    os.utime(weights, (mtime, mtime))
    return {"weights.safetensors": weights, "config.json": b"{}"}


def test_time_mode_and_order_do_not_show_in_the_bytes(tmp_path: Path) -> None:
    one = _members(tmp_path / "one", 1_000_000_000)
    two = dict(reversed(_members(tmp_path / "two", 1_700_000_000).items()))
    first = write_archive(one, tmp_path / "first.tar.gz", lambda count: None)
    second = write_archive(two, tmp_path / "sub" / "other-name.tar.gz", lambda count: None)
    assert first.sha256 == second.sha256
    content = second.path.read_bytes()
    assert hashlib.sha256(content).hexdigest() == second.sha256
    assert len(content) == second.size_bytes


def test_entries_carry_no_owner_and_no_time(tmp_path: Path) -> None:
    members = _members(tmp_path / "one", 1_000_000_000)
    packed = write_archive(members, tmp_path / "model.tar.gz", lambda count: None)
    with tarfile.open(packed.path, "r:gz") as archive:
        entries = archive.getmembers()
        weights = archive.extractfile("weights.safetensors")
        assert weights is not None
        assert weights.read() == (tmp_path / "one" / "weights.safetensors").read_bytes()
    assert [(e.name, e.mtime, e.uid, e.gid, e.uname, e.mode) for e in entries] == [
        ("config.json", 0, 0, 0, "", 0o644),
        ("weights.safetensors", 0, 0, 0, "", 0o644),
    ]
    # Bytes 4-7 of a gzip header are its time (RFC 1952).
    assert packed.path.read_bytes()[4:8] == bytes(4)


def test_code_comes_first_so_that_an_upload_can_be_checked_by_its_first_bytes(
    tmp_path: Path,
) -> None:
    members = dict.fromkeys(("adapter.safetensors", "code/inference.py", "config.json"), b"")
    packed = write_archive(members, tmp_path / "model.tar.gz", lambda count: None)
    with tarfile.open(packed.path) as archive:
        assert archive.getnames() == ["code/inference.py", "adapter.safetensors", "config.json"]


def test_progress_adds_up_to_the_content(tmp_path: Path) -> None:
    members = _members(tmp_path / "one", 0)
    seen: list[int] = []
    write_archive(members, tmp_path / "model.tar.gz", seen.append)
    assert sum(seen) == content_size(members) == 256 * 5000 + 2
    assert len(seen) > 2, "a large file is read in pieces"


def test_an_interrupted_run_leaves_the_old_archive_and_no_other_file(tmp_path: Path) -> None:
    output = tmp_path / "model.tar.gz"
    write_archive({"config.json": b"old"}, output, lambda count: None)
    before = output.read_bytes()

    def interrupt(count: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_archive({"config.json": b"new"}, output, interrupt)
    assert output.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["model.tar.gz"]
