"""What the navigation route answers to requests that cannot be served.

test_invoke_navigation_input.py has the table; one of each kind goes through the gateway here.
"""

from __future__ import annotations

import base64
import json

import pytest

from tests.stack.api_driver import NAVIGATION, PIXEL, REQUEST, ApiDriver

LARGE = base64.b64encode(base64.b64decode(PIXEL) + bytes(4_500_000)).decode()


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        (None, 400, ""),
        (b"\xff\xfe", 400, ""),
        (json.dumps({**REQUEST, "prompt_2": 1}).encode(), 400, "prompt_2"),
        (json.dumps({**REQUEST, "image_data": "R0lGODlh"}).encode(), 400, "image_data"),
        (json.dumps({**REQUEST, "image_data": LARGE}).encode(), 413, "4500000"),
    ],
)
def test_a_request_that_cannot_be_used_is_refused(
    user: ApiDriver, body: bytes | None, status: int, words: str
) -> None:
    answer = user.call(NAVIGATION, body)
    assert answer.status == status
    assert words in answer.json()["message"]


@pytest.mark.parametrize("header", ["application/json", "text/plain", "application/octet-stream"])
def test_without_an_endpoint_the_client_is_told_when_to_come_back(
    user: ApiDriver, header: str
) -> None:
    body = json.dumps({**REQUEST, "image_data": PIXEL}).encode()
    answer = user.call(NAVIGATION, body, {"Content-Type": header})
    assert answer.status == 503
    assert int(answer.headers["retry-after"]) > 0
    assert set(answer.json()) == {"message"}
