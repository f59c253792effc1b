"""What clients may send, and what they are told otherwise."""

from __future__ import annotations

import codecs
import gzip
import json
from typing import Any

import pytest

from invoke_navigation.image_data import MAX_IMAGE_BYTES
from tests.fakes.navigation_route import PNG, PNG_BYTES, PROMPTS, VALID, encoded, post

VALID_BYTES = json.dumps(VALID).encode()


@pytest.mark.parametrize(
    ("event", "named"),
    [
        ({"body": encoded(gzip.compress(VALID_BYTES)), "isBase64Encoded": True}, "gzip"),
        ({"body": gzip.compress(VALID_BYTES).decode("utf-8", "replace")}, "gzip"),
        ({"body": gzip.compress(VALID_BYTES).decode("latin-1")}, "gzip"),
        ({"body": "\ufeff" + json.dumps(VALID)}, "byte order mark"),
        (
            {"body": encoded(codecs.BOM_UTF8 + VALID_BYTES), "isBase64Encoded": True},
            "byte order mark",
        ),
        (
            {"body": encoded(json.dumps(VALID).encode("utf-16")), "isBase64Encoded": True},
            "UTF-16",
        ),
    ],
)
def test_a_body_in_another_encoding_is_named(event: dict[str, Any], named: str) -> None:
    answer = post(event)
    assert (answer["statusCode"], named in json.loads(answer["body"])["message"]) == (400, True)


def send(**fields: Any) -> tuple[int, str]:
    """Status and message for a valid request with other fields."""
    answer = post({"body": json.dumps({**VALID, **fields})})
    return answer["statusCode"], json.loads(answer["body"]).get("message", "")


@pytest.mark.parametrize(
    "image",
    [
        PNG,
        f"  {PNG[:8]}\r\n{PNG[8:]}\n",
        f"data:image/png;base64,{PNG}",
        f"DATA:IMAGE/PNG;charset=utf-8;BASE64,{PNG}",
        f"data:;base64,{PNG}",
        f"data:image/webp;base64,{PNG}",
        encoded(b"\xff\xd8\xff\xe0" + b"jpeg"),
        encoded(b"RIFF\x04\x00\x00\x00WEBPVP8 "),
    ],
)
def test_images_that_are_taken(image: str) -> None:
    assert send(image_data=image) == (200, "")


@pytest.mark.parametrize(
    "image",
    [
        None,
        "",
        "   ",
        7,
        ["data"],
        {"data": PNG},
        "data:image/png;base64",
        "data:image/png;base64,",
        f"data:image/png,{PNG}",
        f"data:{'x' * 300};base64,{PNG}",
        PNG[:-1],
        PNG.replace("=", "") + "-_",
        f"{PNG}é",
        "ÿ" * 40,
        encoded(b"GIF89a" + b"gif"),
        encoded(b"<svg/>"),
        encoded(b"RIFF\x04\x00\x00\x00WAVE"),
        "https://example.org/picture.png",
    ],
)
def test_images_that_are_refused(image: Any) -> None:
    status, message = send(image_data=image)
    assert status == 400
    assert "image_data" in message


def test_the_largest_image_is_taken_and_a_larger_one_is_413() -> None:
    largest = PNG_BYTES + bytes(MAX_IMAGE_BYTES - len(PNG_BYTES))
    assert send(image_data=encoded(largest)) == (200, "")
    for image in (encoded(largest + b"0"), "A" * 10_000_000):
        status, message = send(image_data=image)
        assert status == 413
        assert "image_data" in message
    # What the largest request makes of Lambda's 6 MB.
    fields = {"image_data": encoded(largest), **dict.fromkeys(PROMPTS, "\x01" * 1000)}
    assert len(json.dumps({"body": json.dumps(fields)})) + 50_000 < 6 * 1024 * 1024


@pytest.mark.parametrize("name", PROMPTS)
@pytest.mark.parametrize("prompt", [None, "", " \n", 3, True, ["a"], "a" * 1001, "\ud83d"])
def test_prompts_that_are_refused(name: str, prompt: Any) -> None:
    status, message = send(**{name: prompt})
    assert status == 400
    assert message.startswith(name)


def test_prompts_up_to_the_limit_and_unknown_fields_are_taken() -> None:
    assert send(prompt_3="ü" * 1000, debug=True) == (200, "")


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"body": None},
        {"body": ""},
        {"body": 5},
        {"body": {"image_data": PNG}},
        {"body": "{"},
        {"body": "null"},
        {"body": "[]"},
        {"body": '"text"'},
        {"body": "NaN"},
        {"body": "[" * 100_000},
        {"body": '{"prompt_1": ' + "9" * 5000 + "}"},
        {"body": "\ufeff{}"},
        {"body": "\ud800"},
        {"body": "not base64!", "isBase64Encoded": True},
        {"body": encoded(b"\xff\xfe{}"), "isBase64Encoded": True},
        {"body": json.dumps(VALID), "isBase64Encoded": True},
    ],
)
def test_bodies_that_are_refused(event: dict[str, Any]) -> None:
    answer = post(event)
    assert answer["statusCode"] == 400
    assert set(json.loads(answer["body"])) == {"message"}
