"""The zip of a model: the same bytes for the same files, readable by JSZip."""

import hashlib
import io
import json
import os
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings, strategies as st

from pipeline_defs.steps.download_model import archive
from pipeline_defs.steps.download_model.errors import StepError

names = st.lists(
    st.text("abcxyz019_+-", max_size=8).map("m".__add__),
    min_size=1,
    max_size=3,
).map("/".join)
# No name may be another's folder, as in any repository.
contents = st.dictionaries(names, st.binary(max_size=300), min_size=1, max_size=5).filter(
    lambda files: not any(a != b and a.startswith(f"{b}/") for a in files for b in files)
)


def pack(folder: Path, files: dict[str, bytes], *, mtime: int = 0, mode: int = 0o644) -> bytes:
    """Write `files` below `folder` and pack them."""
    sources = {}
    for number, (name, content) in enumerate(files.items()):
        source = folder / str(number)
        source.write_bytes(content)
        source.chmod(mode)
        os.utime(source, (mtime, mtime))
        sources[name] = source
    target = folder / "out.zip"
    archive.write(target, sources)
    return target.read_bytes()


@settings(deadline=None)
@given(contents, st.randoms(use_true_random=False), st.integers(0, 2**31))
def test_same_files_same_bytes(files: dict[str, bytes], random: object, mtime: int) -> None:
    shuffled = list(files.items())
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    with TemporaryDirectory() as one, TemporaryDirectory() as other:
        first = pack(Path(one), files)
        second = pack(Path(other), dict(shuffled), mtime=mtime, mode=0o600)

    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as content:
        assert {name: content.read(name) for name in content.namelist()} == files


def test_bytes_are_the_same_on_every_python(tmp_path: Path) -> None:
    drawn = hashlib.shake_128(b"weights").digest(1 << 18)
    weights = bytes(sum(drawn[at : at + 4]) // 4 for at in range(0, len(drawn), 4))
    vocabulary = json.dumps({drawn[at : at + 2].hex(): at for at in range(5000)}).encode()
    files = {"onnx/model_quantized.onnx": weights, "tokenizer.json": vocabulary}

    digest = hashlib.sha256(pack(tmp_path, files)).hexdigest()

    assert digest == "2e3e135c375bea277dc48b76f2313f9e7dea89220eb9a3e4125fc2191beb8f8d"


def test_entries_are_what_jszip_reads(tmp_path: Path) -> None:
    packed = pack(tmp_path, {"onnx/b.onnx": b"b", "a.json": b"{}"})

    with zipfile.ZipFile(io.BytesIO(packed)) as content:
        entries = content.infolist()
    assert [entry.filename for entry in entries] == ["a.json", "onnx/b.onnx"]
    for entry in entries:
        assert entry.compress_type == zipfile.ZIP_DEFLATED
        assert entry.date_time == (1980, 1, 1, 0, 0, 0)
        assert entry.external_attr >> 16 == 0o100644
        assert (entry.create_system, entry.extract_version, entry.extra) == (3, 20, b"")
        assert not entry.flag_bits & 0x08, (
            "a data descriptor hides the sizes from a streaming reader"
        )


def test_unsafe_names_are_refused(tmp_path: Path) -> None:
    with pytest.raises(StepError, match="no safe name"):
        pack(tmp_path, {"../x": b""})
