"""A packed release in the container of the inference image gives text from a real PaliGemma."""

from __future__ import annotations

import base64
import json
import struct
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import botocore.session
import pytest

from tests.navigation_model.served.container import UNREACHED, Container, running
from tests.navigation_model.served.image_files import data_url, encoded
from tests.navigation_model.served.tiny_paligemma import IS_BRIGHT, IS_DARK, WHICH, bright, dark

# The tree that the API asks: 2 after yes to 1; 3 after yes to 2, 4 after no.
TREE = [
    {"id": "first", "prompt": IS_BRIGHT},
    {"id": "second", "prompt": IS_DARK, "ask_if": {"first": "yes"}},
    {"id": "after-yes", "prompt": IS_BRIGHT, "ask_if": {"second": "yes"}},
    {"id": "after-no", "prompt": WHICH, "ask_if": {"second": "no"}},
]


@pytest.fixture(scope="module")
def server(release_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Container]:
    with running(release_dir, tmp_path_factory.mktemp("container")) as started:
        started.pings_until(200)
        yield started


def test_one_prompt_gets_generated_text(server: Container) -> None:
    replies = [
        server.post({"image": data_url(image), "prompt": WHICH}) for image in (bright(), dark())
    ]
    assert [(r.status, r.json) for r in replies] == [
        (200, {"answer": "a bright wall"}),
        (200, {"answer": "a dark wall"}),
    ]


def test_a_tree_asks_what_the_answers_call_for(server: Container) -> None:
    replies = [
        server.post({"image": data_url(image), "questions": TREE}) for image in (bright(), dark())
    ]
    assert [r.json["answers"] for r in replies] == [
        {"first": "yes", "second": "no", "after-yes": None, "after-no": "a bright wall"},
        {"first": "no", "second": None, "after-yes": None, "after-no": None},
    ]
    for reply in replies:
        stages = reply.json["milliseconds"]
        assert list(stages) == ["decode", "prepare", "wait", "answer"]
        assert all(taken >= 0 for taken in stages.values())
        assert stages["answer"] > 0


def test_callers_at_the_same_time_each_get_their_own_answer(server: Container) -> None:
    bodies = [
        {"image": data_url(bright()), "questions": TREE, "caller": "a", "sequence": 1},
        {"image": _text(encoded(bright())[:-30]), "prompt": WHICH},
        {"image": data_url(dark()), "prompt": WHICH, "caller": "b"},
        {"image": data_url(bright()), "prompt": "<eos>"},
        {"image": data_url(dark()), "prompt": f"{IS_DARK} {'x' * 900}"},
        {"image": data_url(bright()), "prompt": WHICH},
    ] * 4
    with ThreadPoolExecutor(8) as callers:
        replies = list(callers.map(server.post, bodies))
    assert [reply.status for reply in replies] == [200, 400, 200, 400, 200, 200] * 4
    tree, _, dark_one, _, _, bright_one = (reply.json for reply in replies[-6:])
    assert tree["answers"]["after-no"] == bright_one["answer"] == "a bright wall"
    assert dark_one == {"answer": "a dark wall"}


@pytest.mark.parametrize("image_format", ["JPEG", "WEBP"])
def test_other_formats_are_seen_too(server: Container, image_format: str) -> None:
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
    server: Container, image: str, status: int, message: str
) -> None:
    reply = server.post({"image": image, "prompt": IS_DARK})
    assert (reply.status, reply.json["code"]) == (status, status)
    assert message in reply.json["message"]


def test_other_content_types_are_415_and_406(server: Container) -> None:
    asked = {"image": data_url(bright()), "prompt": IS_DARK}
    assert server.post(asked, "text/csv").status == 415
    assert server.post(encoded(bright()), "image/png").status == 415
    assert server.post(asked, accept="text/csv").status == 406
    assert server.post(asked, "application/json; charset=utf-8").status == 200


def test_a_broken_body_is_400_whoever_notices(server: Container) -> None:
    assert server.post(b"{").status == 400
    assert server.post(b'{"image": "\xff"}').status == 400


def test_bodies_up_to_the_limit_of_invoke_endpoint_arrive(server: Container) -> None:
    asked = json.dumps({"image": data_url(bright()), "prompt": IS_DARK}).encode()
    api = botocore.session.get_session().get_service_model("sagemaker-runtime")
    limit = api.shape_for("BodyBlob").metadata["max"]
    assert server.post(asked + b" " * (limit - len(asked))).json == {"answer": "no"}
    assert server.post(asked + b" " * (limit + 1 - len(asked))).status in (413, UNREACHED)


def test_other_paths_are_not_found(server: Container) -> None:
    assert server.get("/models").status == 404


@pytest.mark.parametrize(
    "prompt",
    [
        f"<image>{IS_DARK}",
        f"<loc0001> {IS_DARK} <seg001>",
        f"<eo<bos>s>{IS_DARK}<pad>",
        IS_DARK.replace(" ", "\x00\u200b", 1),
        f"\ud800{IS_DARK}\u202e",
    ],
)
def test_a_prompt_cannot_speak_in_the_models_own_words(server: Container, prompt: str) -> None:
    replies = [
        server.post({"image": data_url(image), "prompt": prompt}) for image in (bright(), dark())
    ]
    assert [(r.status, r.json) for r in replies] == [(200, {"answer": a}) for a in ("no", "yes")]


def test_a_prompt_of_nothing_else_is_refused(server: Container) -> None:
    reply = server.post({"image": data_url(bright()), "prompt": "<eos> \u200b"})
    assert (reply.status, reply.json["code"]) == (400, 400)
