"""A packed release in the toolkit of the inference image gives text from a real PaliGemma."""

from __future__ import annotations

import base64
import json
import struct
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from navigation_model.pack import pack_release
from navigation_model.packer.light import LIGHT_CODE, LIGHT_MODEL, pack_light_release
from tests.navigation_model.image_files import data_url, encoded
from tests.navigation_model.model_server import ModelServer, running
from tests.navigation_model.tiny_paligemma import IS_BRIGHT, IS_DARK, WHICH, bright, dark

# The tree that the API asks: 2 after yes to 1; 3 after yes to 2, 4 after no.
TREE = [
    {"id": "first", "prompt": IS_BRIGHT},
    {"id": "second", "prompt": IS_DARK, "ask_if": {"first": "yes"}},
    {"id": "after-yes", "prompt": IS_BRIGHT, "ask_if": {"second": "yes"}},
    {"id": "after-no", "prompt": WHICH, "ask_if": {"second": "no"}},
]


@pytest.fixture(scope="module")
def server(release_dir: Path) -> Iterator[ModelServer]:
    with running(release_dir) as started:
        yield started


def test_one_prompt_gets_generated_text(server: ModelServer) -> None:
    replies = [
        server.post({"image": data_url(image), "prompt": WHICH}) for image in (bright(), dark())
    ]
    assert [(r.status, r.json) for r in replies] == [
        (200, {"answer": "a bright wall"}),
        (200, {"answer": "a dark wall"}),
    ]


def test_a_tree_asks_what_the_answers_call_for(server: ModelServer) -> None:
    replies = [
        server.post({"image": data_url(image), "questions": TREE}) for image in (bright(), dark())
    ]
    assert [r.json["answers"] for r in replies] == [
        {"first": "yes", "second": "no", "after-yes": None, "after-no": "a bright wall"},
        {"first": "no", "second": None, "after-yes": None, "after-no": None},
    ]


@pytest.mark.parametrize("image_format", ["JPEG", "WEBP"])
def test_other_formats_are_seen_too(server: ModelServer, image_format: str) -> None:
    image = base64.b64encode(encoded(dark(), image_format)).decode()
    assert server.post({"image": image, "prompt": IS_DARK}).json == {"answer": "yes"}


def _claimed_png(width: int, height: int) -> str:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0"))
    return base64.b64encode(png + chunk(b"IEND", b"")).decode()


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


@pytest.mark.parametrize(
    ("image", "status", "message"),
    [
        ("not base64!", 400, "not valid base64"),
        (_text(b"no image"), 400, "not a JPEG, PNG or WebP file"),
        (_text(encoded(bright())[:-30]), 400, "damaged or cut off"),
        (_text(encoded(bright(), "GIF")), 400, "not a JPEG, PNG or WebP file"),
        ("A" * 6_000_004, 413, "larger than 4500000 bytes"),
        (_claimed_png(10_000, 8_000), 413, "10000 x 8000 pixels"),
        (_claimed_png(100_000, 100_000), 413, "too many pixels"),
    ],
)
def test_a_bad_image_is_the_clients_fault(
    server: ModelServer, image: str, status: int, message: str
) -> None:
    reply = server.post({"image": image, "prompt": IS_DARK})
    assert (reply.status, reply.json["code"], reply.raised) == (status, status, False)
    assert message in reply.json["message"]


def test_other_content_types_are_415_and_406(server: ModelServer) -> None:
    asked = {"image": data_url(bright()), "prompt": IS_DARK}
    assert server.post(asked, "text/csv").status == 415
    assert server.post(encoded(bright()), "image/png").status == 415
    assert server.post(asked, accept="text/csv").status == 406
    assert server.post(asked, "application/json; charset=utf-8").status == 200


def test_a_broken_body_is_400_whoever_notices(server: ModelServer) -> None:
    assert server.post(b"{").status == 400
    assert server.post(b'{"image": "\xff"}').status == 400


def test_a_fault_of_the_model_is_500_so_that_alarms_see_it(tmp_path: Path) -> None:
    code = tmp_path / "code"
    code.mkdir()
    source = (LIGHT_CODE / "inference.py").read_text()
    fault = "raise RuntimeError('out of memory')"
    (code / "inference.py").write_text(source.replace("facts = {", f"{fault}\n        facts = {{"))
    release = _extracted(pack_release(LIGHT_MODEL, code, tmp_path / "model.tar.gz").path)
    with running(release) as server:
        reply = server.post({"image": data_url(bright()), "prompt": IS_DARK})
    assert (reply.status, reply.raised) == (500, False)
    assert "out of memory" not in reply.body


def test_the_stand_in_runs_in_the_toolkit_as_well(tmp_path: Path) -> None:
    release = _extracted(pack_light_release(tmp_path / "model.tar.gz", "first").path)
    image = Image.new("RGB", (60, 40))
    asked: dict[str, Any] = {"image": data_url(image), "prompt": "is the image wide?"}
    with running(release) as server:
        reply = server.post(asked)
        refused = server.post({**asked, "image": _text(b"no image")})
    assert reply.json["answer"] == "yes"
    assert reply.json["stand_in"]["label"] == "first"
    assert (refused.status, json.loads(refused.body)["code"]) == (400, 400)


def _extracted(archive_path: Path) -> Path:
    folder = archive_path.parent / "model"
    with tarfile.open(archive_path) as archive:
        archive.extractall(folder, filter="data")
    return folder
