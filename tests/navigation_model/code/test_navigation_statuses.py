"""Results and failures leave the model server with the status that they deserve."""

from __future__ import annotations

import json
import logging
from http import HTTPStatus
from typing import Any

import pytest

from navigation_protocol.container import Failure, attempt, respond
from navigation_protocol.refusal import Refusal


class MmsContext:
    """Keeps the status as multi-model-server's context does."""

    def __init__(self) -> None:
        self.system_properties: dict[str, Any] = {}
        self.status: tuple[int, str] = (200, "")

    def set_response_status(self, code: int, phrase: str, idx: int) -> None:
        assert idx == 0
        self.status = (code, phrase)


def _refuse() -> None:
    raise Refusal(413, "too large")


def _break() -> None:
    raise RuntimeError("secret detail")


def test_a_result_is_200_and_json() -> None:
    context = MmsContext()
    assert json.loads(respond({"answer": "yes"}, "application/json", context)) == {"answer": "yes"}
    assert context.status == (200, "")


def test_a_refusal_sets_its_status() -> None:
    context = MmsContext()
    failure = attempt(_refuse, context)
    assert failure == Failure(413, "too large")
    body = respond(failure, "application/json", context)
    assert json.loads(body) == {"code": 413, "message": "too large"}
    assert context.status == (413, HTTPStatus(413).phrase)


def test_our_own_fault_is_500_in_the_log_and_not_in_the_body(
    caplog: pytest.LogCaptureFixture,
) -> None:
    context = MmsContext()
    with caplog.at_level(logging.ERROR):
        body = respond(attempt(_break, context), None, context)  # type: ignore[arg-type]
    assert context.status == (500, "Internal Server Error")
    assert "secret detail" not in body
    assert "secret detail" in caplog.text


@pytest.mark.parametrize("accept", [None, "*/*", "text/html, application/json;q=0.5"])
def test_json_is_given_to_whoever_takes_it(accept: str | None) -> None:
    context = MmsContext()
    respond({}, accept, context)
    assert context.status[0] == 200


def test_who_does_not_take_json_gets_406() -> None:
    context = MmsContext()
    assert json.loads(respond({}, "text/csv", context))["code"] == 406
    assert context.status[0] == 406


def test_without_a_context_exceptions_are_left_to_the_caller() -> None:
    with pytest.raises(RuntimeError, match="secret detail"):
        attempt(_break, None)
    with pytest.raises(Refusal, match="accept application/json"):
        respond({}, "text/csv", None)
