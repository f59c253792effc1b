"""What the navigation route answers to requests that cannot be served."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from tests.stack.api_driver import NAVIGATION, PIXEL, REQUEST, ApiDriver


@pytest.mark.parametrize(
    "body", [None, b"", b"not json", b"[]", b'"text"', b"null", b"\xff\xfe", b"{", b"[" * 100_000]
)
def test_a_body_that_is_no_json_object_is_refused(user: ApiDriver, body: bytes | None) -> None:
    answer = user.call(NAVIGATION, body)
    assert answer.status == 400
    assert set(answer.json()) == {"message"}


@pytest.mark.parametrize("field", REQUEST)
@pytest.mark.parametrize("value", [None, "", 1, [], {}])
def test_a_field_that_cannot_be_used_is_named(user: ApiDriver, field: str, value: Any) -> None:
    answer = user.ask(**{field: value})
    assert answer.status == 400
    assert field in answer.json()["message"]


@pytest.mark.parametrize(
    "image",
    [
        "data:image/png;base64,",
        "data:image/png;base64,%%%",
        "data:image/png,plain",
        base64.b64encode(b"GIF89a").decode(),
    ],
)
def test_an_image_that_is_none_is_refused(user: ApiDriver, image: str) -> None:
    answer = user.ask(image_data=image)
    assert answer.status == 400
    assert "image_data" in answer.json()["message"]


def test_an_image_above_the_limit_is_refused_as_such(user: ApiDriver) -> None:
    large = base64.b64encode(base64.b64decode(PIXEL) + bytes(4_500_000)).decode()
    answer = user.ask(image_data=large)
    assert answer.status == 413
    assert "4500000" in answer.json()["message"]


@pytest.mark.parametrize("header", ["application/json", "text/plain", "application/octet-stream"])
def test_without_an_endpoint_the_client_is_told_when_to_come_back(
    user: ApiDriver, header: str
) -> None:
    body = json.dumps({**REQUEST, "image_data": PIXEL}).encode()
    answer = user.call(NAVIGATION, body, {"Content-Type": header})
    assert answer.status == 503
    assert int(answer.headers["retry-after"]) > 0
    assert set(answer.json()) == {"message"}
