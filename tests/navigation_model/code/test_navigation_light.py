"""The stand-in release runs on a bare Python and never claims to be a model."""

from __future__ import annotations

import base64
import json
import struct
import subprocess
import sys
import tarfile
import zlib
from pathlib import Path
from typing import Any

import pytest

from navigation_model.packer.light import pack_light_release

# Isolated and without site-packages, like a container that has only the release.
CALLER = """
import json, sys
sys.path.insert(0, sys.argv[1] + "/code")
import inference
model = inference.model_fn(sys.argv[1])
request = inference.input_fn(sys.stdin.buffer.read(), "application/json")
print(inference.output_fn(inference.predict_fn(request, model), "application/json"))
"""


@pytest.fixture(scope="module")
def release_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("light")
    packed = pack_light_release(folder / "model.tar.gz", "second")
    with tarfile.open(packed.path) as archive:
        archive.extractall(folder / "model", filter="data")
    return folder / "model"


def _call(release_dir: Path, image: bytes, **fields: Any) -> subprocess.CompletedProcess[str]:
    body = json.dumps({"image": base64.b64encode(image).decode(), **fields})
    command = [sys.executable, "-I", "-S", "-B", "-c", CALLER, str(release_dir)]
    return subprocess.run(command, input=body, capture_output=True, text=True, check=False)


def _png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + bytes(width)) * height)
    signature = b"\x89PNG\r\n\x1a\n"
    return signature + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def _jpeg(width: int, height: int) -> bytes:
    """The headers of a JPEG file: JFIF, a Huffman table, start of frame."""
    segments = [(0xE0, b"JFIF\0" + bytes(9)), (0xC4, bytes(20))]
    segments.append((0xC2, struct.pack(">BHHB", 8, height, width, 3) + bytes(9)))
    body = b"".join(b"\xff" + struct.pack(">BH", m, len(d) + 2) + d for m, d in segments)
    return b"\xff\xd8" + body + b"\xff\xd9"


@pytest.mark.parametrize("encode", [_png, _jpeg])
def test_it_answers_from_the_size_and_says_so(release_dir: Path, encode: Any) -> None:
    questions = [
        {"id": "wide", "prompt": "Is the image wide?"},
        {"id": "large", "prompt": "is it large?", "ask_if": {"wide": "yes"}},
        {"id": "high", "prompt": "is it high?", "ask_if": {"large": "no"}},
        {"id": "free", "prompt": "is the way free?"},
        {"id": "never", "prompt": "is it wide?", "ask_if": {"large": "yes"}},
    ]
    result = _call(release_dir, encode(64, 48), questions=questions)
    assert result.returncode == 0, result.stderr
    answer = json.loads(result.stdout)
    assert answer["answers"] == {
        "wide": "yes",
        "large": "no",
        "high": "no",
        "free": "unknown",
        "never": None,
    }
    assert answer["stand_in"]["label"] == "second"
    assert answer["stand_in"]["description"].startswith("No model")


def test_the_size_decides(release_dir: Path) -> None:
    answers = [
        json.loads(_call(release_dir, _png(*size), prompt=prompt).stdout)["answer"]
        for size, prompt in [((48, 64), "wide?"), ((48, 64), "high?"), ((1000, 1000), "large?")]
    ]
    assert answers == ["no", "yes", "yes"]


@pytest.mark.parametrize("image", [b"no image", _png(4, 4)[:20], b"\xff\xd8\xff\xe0\x00\x10"])
def test_other_files_are_refused(release_dir: Path, image: bytes) -> None:
    result = _call(release_dir, image, prompt="wide?")
    assert result.returncode == 1
    assert "not a PNG or JPEG file" in result.stderr
