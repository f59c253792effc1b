"""POST /invokesagemakerinference: the contract's decision tree and what crosses the network."""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
from collections.abc import Iterator, Mapping
from io import StringIO
from typing import Any

import pytest
from hypothesis import given, strategies as st

import image_file
from common.errors import SettingsError
from common.http_api import Response, answered
from common.logging import build_logger
from invoke_navigation import decision_tree, handler, image_data, request as navigation_request
from invoke_navigation.settings import Settings
from navigation_protocol import questions as model_questions, request as model_request
from tests.fakes.inference import FakeInference, model_error

ENDPOINT = "paligemma-endpoint-123456789012"
SETTINGS = Settings(ENDPOINT, 24)
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"camera picture" * 30).decode()
PROMPTS = {
    "prompt_1": "Is there an obstacle?",
    "prompt_2": "Is it a door?",
    "prompt_3": "Is the door open?",
    "prompt_4": "What is it?",
}
LOG = StringIO()
LOGGER = build_logger(service="test-invoke-navigation", stream=LOG)


@pytest.fixture(autouse=True)
def empty_log() -> Iterator[None]:
    LOG.seek(0)
    LOG.truncate()
    yield


def post(endpoint: FakeInference, body: Any = None, **event: Any) -> Response:
    """The answer to a body; JSON is made of what is not text."""
    fields = {"image_data": f"data:image/png;base64,{PNG}", **PROMPTS} if body is None else body
    text = fields if isinstance(fields, str) else json.dumps(fields)
    request = {"body": text, **event}
    return answered(lambda: handler.respond(request, endpoint, SETTINGS, LOGGER), LOGGER, "ask")


def model(first: str, second: str = "unused", third: str = "unused") -> FakeInference:
    says = dict(zip(PROMPTS.values(), (first, second, third, third), strict=True))
    return FakeInference(ENDPOINT, says)


@pytest.mark.parametrize(
    ("says", "asked", "answers"),
    [
        (("no",), 1, ("no", "", "")),
        (("unknown",), 1, ("unknown", "", "")),
        (("", "yes"), 1, ("", "", "")),
        (("yes", "yes", "open"), 3, ("yes", "yes", "open")),
        (("yes", "no", "a chair"), 3, ("yes", "no", "a chair")),
        (("yes", "maybe", "a chair"), 2, ("yes", "maybe", "")),
        ((" YES.", "No, it is not", " a chair "), 3, ("YES.", "No, it is not", "a chair")),
        (("yesterday", "yes"), 1, ("yesterday", "", "")),
    ],
)
def test_the_tree_of_the_contract(
    says: tuple[str, ...], asked: int, answers: tuple[str, str, str]
) -> None:
    endpoint = model(*says)
    answer = post(endpoint)
    assert answer["statusCode"] == 200
    assert answer["headers"]["Content-Type"] == "application/json"
    assert tuple(json.loads(answer["body"]).items()) == (
        ("first_prompt_answer", answers[0]),
        ("second_prompt_answer", answers[1]),
        ("third_prompt_answer", answers[2]),
    )
    assert len(endpoint.asked) == asked


@pytest.mark.parametrize(("second", "third"), [("yes", "prompt_3"), ("no", "prompt_4")])
def test_the_second_answer_chooses_the_third_prompt(second: str, third: str) -> None:
    endpoint = model("yes", second)
    post(endpoint)
    assert endpoint.asked == [PROMPTS["prompt_1"], PROMPTS["prompt_2"], PROMPTS[third]]


def test_the_image_is_sent_once_and_as_it_came() -> None:
    endpoint = model("yes", "no", "a chair")
    post(endpoint)
    ((_, call),) = endpoint.history
    assert call["Body"].count(PNG.encode()) == 1
    assert len(call["Body"]) < len(PNG) + sum(map(len, PROMPTS.values())) + 400


def test_an_endpoint_that_answers_everything_does_not_get_its_way() -> None:
    endpoint = model("unused")
    answers = dict.fromkeys(PROMPTS, "no")
    endpoint.says = json.dumps({"answers": answers}).encode()
    assert json.loads(post(endpoint)["body"]) == {
        "first_prompt_answer": "no",
        "second_prompt_answer": "",
        "third_prompt_answer": "",
    }


def of_user(user: str, milliseconds: int) -> dict[str, Any]:
    """What the gateway adds to a request."""
    claims = {"sub": user, "email": "someone@example.org"}
    return {"authorizer": {"jwt": {"claims": claims}}, "timeEpoch": milliseconds}


def test_the_model_can_tell_users_apart_but_not_who_they_are() -> None:
    endpoint, day = model("no"), 24 * 3600 * 1000
    requests = [("first", 1), ("first", 2), ("second", 3), ("first", day)]
    for user, milliseconds in requests:
        assert post(endpoint, requestContext=of_user(user, milliseconds))["statusCode"] == 200
    bodies = [call["Body"].decode() for _, call in endpoint.history]
    assert [json.loads(body)["sequence"] for body in bodies] == [1, 2, 3, day]
    first, again, second, next_day = (json.loads(body)["caller"] for body in bodies)
    assert first == again
    assert len({first, second, next_day}) == 3
    for body, (user, _) in zip(bodies, requests, strict=True):
        for known in (user, "example.org", hashlib.sha256(user.encode()).hexdigest()[:32]):
            assert known not in body


def test_an_overtaken_picture_gets_answers_that_say_nothing() -> None:
    endpoint = model("yes")
    endpoint.raises = model_error(409, '{"code": 409, "message": "overtaken"}')
    answer = post(endpoint, requestContext=of_user("first", 1))
    assert answer["statusCode"] == 200
    assert set(json.loads(answer["body"]).values()) == {""}
    assert json.loads(LOG.getvalue())["message"] == "overtaken"


def test_a_release_that_does_not_know_the_sender_is_asked_without() -> None:
    class Older(FakeInference):
        def _answer(self, call: Mapping[str, Any]) -> bytes:
            if b"caller" in call["Body"]:
                told = "Unknown field 'caller': send image and either prompt or questions."
                raise model_error(400, json.dumps({"code": 400, "message": told}))
            return super()._answer(call)

    answer = post(Older(ENDPOINT), requestContext=of_user("first", 1))
    assert json.loads(answer["body"])["first_prompt_answer"] == "unknown"


def test_a_body_in_base64_is_read() -> None:
    fields = json.dumps({"image_data": PNG, **PROMPTS, "prompt_1": "Größe?"}, ensure_ascii=False)
    body = base64.b64encode(fields.encode()).decode()
    assert post(model("no"), body, isBase64Encoded=True)["statusCode"] == 200


def test_neither_image_nor_prompts_nor_answers_are_logged() -> None:
    post(model("yes", "no", "a red chair"))
    post(model("yes"), {"image_data": f"data:image/png;base64,{PNG}", **PROMPTS, "prompt_4": ""})
    answered_entry, refused_entry = (json.loads(line) for line in LOG.getvalue().splitlines())
    assert (answered_entry["image_kind"], answered_entry["answers"]) == ("png", 3)
    assert (refused_entry["status"], refused_entry["level"]) == (400, "INFO")
    for secret in (PNG, "obstacle", "red chair"):
        assert secret not in LOG.getvalue()


@pytest.mark.parametrize(
    ("given", "logged"),
    [
        ({"decode": 8.1, "wait": 0, "secret": "a red chair"}, {"decode": 8.1, "wait": 0}),
        ({"decode": "a red chair", "wait": True, "answer": float("inf")}, {}),
        ("a red chair", {}),
    ],
)
def test_the_log_tells_how_long_the_models_stages_took(given: Any, logged: Any) -> None:
    endpoint = model("unused")
    answers = dict.fromkeys(PROMPTS, "no")
    endpoint.says = json.dumps({"answers": answers, "milliseconds": given}).encode()
    assert post(endpoint)["statusCode"] == 200
    assert json.loads(LOG.getvalue())["milliseconds"] == logged


def test_the_handler_takes_its_settings_from_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(handler, "settings", lambda: SETTINGS)
    monkeypatch.setattr(handler, "runtime", lambda: model("no"))
    body = json.dumps({"image_data": PNG, **PROMPTS})
    answer = handler.handle({"body": body}, _Context())
    assert json.loads(answer["body"])["first_prompt_answer"] == "no"


def test_settings() -> None:
    given_seconds = {"ENDPOINT_NAME": "e", "ANSWER_WITHIN_SECONDS": "10"}
    assert Settings.from_environment(given_seconds) == Settings("e", 10)
    with pytest.raises(SettingsError, match="ANSWER_WITHIN_SECONDS"):
        Settings.from_environment({"ENDPOINT_NAME": "e"})
    with pytest.raises(SettingsError, match="ENDPOINT_NAME"):
        Settings.from_environment({})


def test_limits_are_those_of_the_model() -> None:
    assert image_data.MAX_IMAGE_BYTES == model_request.MAX_IMAGE_BYTES
    assert (image_data._PNG, image_data._JPEG) == (image_file.PNG, image_file.JPEG)
    assert navigation_request.MAX_PROMPT_CHARACTERS == model_questions.MAX_PROMPT_CHARACTERS
    assert len(model_questions.parse_questions(decision_tree.questions(PROMPTS))) == 4


WORDS = st.sampled_from(["yes", "YES", " Yes.", "no", "No!", "\n", ",", "not", "ye s", "yes_", "¿"])


@given(st.text() | st.lists(WORDS).map("".join))
def test_answers_mean_the_same_here_and_in_the_model(answer: str) -> None:
    for word in (decision_tree.YES, decision_tree.NO):
        assert decision_tree.says(answer, word) == model_questions.says(answer, word)


@pytest.mark.parametrize(
    ("first", "second"), list(itertools.product(["yes", "No", "hm"], ["YES ", "no", "hm"]))
)
def test_the_model_asks_what_the_contract_asks(first: str, second: str) -> None:
    questions = model_questions.parse_questions(decision_tree.questions(PROMPTS))
    says = dict(zip(PROMPTS.values(), (first, second, "third", "fourth"), strict=True))
    given_answers = model_questions.ask_all(questions, says.__getitem__)
    read = decision_tree.contract_answers({"answers": given_answers})
    third = {"YES ": "third", "no": "fourth"}.get(second, "")
    expected = (first, second.strip(), third) if first == "yes" else (first, "", "")
    assert tuple(read.values()) == expected


class _Context:
    function_name = "invoke-navigation"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:eu-west-1:123456789012:function:invoke-navigation"
    aws_request_id = "request"
