"""Requests to the navigation model: what is understood and what is refused, and why."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given, strategies as st

from navigation_protocol.questions import MAX_PROMPT_CHARACTERS, MAX_QUESTIONS
from navigation_protocol.refusal import Refusal
from navigation_protocol.request import MAX_IMAGE_BYTES, Sender, parse_request, read_sender

IMAGE = base64.b64encode(b"an image").decode()


def _parse(**fields: Any) -> Any:
    return parse_request(json.dumps(fields), "application/json")


@pytest.mark.parametrize(
    "image",
    [
        IMAGE,
        f"data:image/png;base64,{IMAGE}",
        f"data:image/svg+xml;charset=utf-8;base64,{IMAGE}",
    ],
)
def test_an_image_is_base64_or_a_data_url(image: str) -> None:
    assert _parse(image=image, prompt="what is it?").image == b"an image"


def test_one_prompt_is_one_question_with_one_answer() -> None:
    request = _parse(image=IMAGE, prompt="what is it?")
    [question] = request.questions
    assert (question.prompt, question.ask_if) == ("what is it?", {})
    assert request.payload({question.id: "a door"}) == {"answer": "a door"}


def test_questions_keep_their_order_and_ids() -> None:
    request = _parse(
        image=IMAGE,
        questions=[
            {"id": "a", "prompt": "free?"},
            {"id": "b", "prompt": "door?", "ask_if": {"a": "yes"}},
        ],
    )
    assert [(q.id, q.prompt, q.ask_if) for q in request.questions] == [
        ("a", "free?", {}),
        ("b", "door?", {"a": "yes"}),
    ]
    assert request.payload({"a": "no", "b": None}, {"wait": 0.26}) == {
        "answers": {"a": "no", "b": None},
        "milliseconds": {"wait": 0.3},
    }


@pytest.mark.parametrize(
    ("body", "sender"),
    [
        (json.dumps({"caller": "c" * 64, "sequence": 7}), Sender("c" * 64, 7)),
        (b'{"caller": "c", "sequence": null}', Sender("c")),
        (b'{"sequence": 7}', Sender()),
        (b"no JSON", Sender()),
    ],
)
def test_the_queue_is_told_whose_request_it_is(body: str | bytes, sender: Sender) -> None:
    assert read_sender(body) == sender


@pytest.mark.parametrize("content_type", ["APPLICATION/JSON", "application/json; charset=utf-8"])
def test_parameters_and_case_of_the_content_type_do_not_matter(content_type: str) -> None:
    body = json.dumps({"image": IMAGE, "prompt": "x"}).encode()
    assert parse_request(bytearray(body), content_type).image == b"an image"


@pytest.mark.parametrize("content_type", [None, "", "text/csv", "image/png", "application/jsonx"])
def test_another_content_type_is_415(content_type: str | None) -> None:
    with pytest.raises(Refusal, match="send application/json") as caught:
        parse_request("{}", content_type)
    assert caught.value.status == 415


def test_the_largest_image_passes_and_one_byte_more_is_413() -> None:
    largest = base64.b64encode(bytes(MAX_IMAGE_BYTES)).decode()
    assert len(_parse(image=largest, prompt="x").image) == MAX_IMAGE_BYTES
    with pytest.raises(Refusal, match="send a smaller one") as caught:
        _parse(image=base64.b64encode(bytes(MAX_IMAGE_BYTES + 1)).decode(), prompt="x")
    assert caught.value.status == 413


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"prompt": "x"}, "image must be"),
        ({"image": 5, "prompt": "x"}, "image must be"),
        ({"image": "", "prompt": "x"}, "image must be"),
        ({"image": "a b", "prompt": "x"}, "not valid base64"),
        ({"image": IMAGE[:4] + "$" + IMAGE[4:], "prompt": "x"}, "not valid base64"),
        ({"image": "abc", "prompt": "x"}, "not valid base64"),
        ({"image": "äöü=", "prompt": "x"}, "not valid base64"),
        ({"image": "data:image/png,abcd", "prompt": "x"}, "begin data:<type>;base64,"),
        ({"image": "data:image/png;base64,", "prompt": "x"}, "image is empty"),
        ({"image": IMAGE}, "either prompt or questions"),
        ({"image": IMAGE, "prompt": "x", "questions": []}, "either prompt or questions"),
        ({"image": IMAGE, "inputs": "x"}, "Unknown field 'inputs'"),
        ({"image": IMAGE, "prompt": "x", "caller": ""}, "caller must be a text of 1 to 64"),
        ({"image": IMAGE, "prompt": "x", "caller": "c" * 65}, "caller must be a text of 1 to 64"),
        ({"image": IMAGE, "prompt": "x", "caller": 5}, "caller must be a text of 1 to 64"),
        ({"image": IMAGE, "prompt": "x", "caller": "c", "sequence": True}, "sequence must be"),
        ({"image": IMAGE, "prompt": "x", "caller": "c", "sequence": -1}, "sequence must be"),
        ({"image": IMAGE, "prompt": "x", "sequence": 5}, "sequence needs a caller"),
        ({"image": IMAGE, "prompt": " "}, "prompt must be a text"),
        ({"image": IMAGE, "prompt": None}, "prompt must be a text"),
        ({"image": IMAGE, "prompt": "x" * (MAX_PROMPT_CHARACTERS + 1)}, "prompt has 1001"),
        ({"image": IMAGE, "questions": []}, "list of 1 to 8"),
        ({"image": IMAGE, "questions": [{}] * (MAX_QUESTIONS + 1)}, "list of 1 to 8"),
        ({"image": IMAGE, "questions": ["x"]}, r"questions\[0\] must be an object"),
        ({"image": IMAGE, "questions": [{"id": "a", "text": "x"}]}, r"questions\[0\] must be"),
        ({"image": IMAGE, "questions": [{"id": "a b", "prompt": "x"}]}, r"questions\[0\]\.id"),
        ({"image": IMAGE, "questions": [{"id": "a"}]}, r"questions\[0\]\.prompt"),
        ({"image": IMAGE, "questions": [{"id": "a", "prompt": "x"}] * 2}, "repeats 'a'"),
        (
            {"image": IMAGE, "questions": [{"id": "a", "prompt": "x", "ask_if": {"a": "yes"}}]},
            "'a', which is not asked before",
        ),
        (
            {"image": IMAGE, "questions": [{"id": "a", "prompt": "x", "ask_if": ["a"]}]},
            "ask_if must map",
        ),
        (
            {"image": IMAGE, "questions": [{"id": "a", "prompt": "x", "ask_if": {"a": "?"}}]},
            "ask_if must map",
        ),
    ],
)
def test_a_bad_field_is_named(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(Refusal, match=message) as caught:
        _parse(**fields)
    assert caught.value.status == 400


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"\xff\xfe\xff", b"[" * 100_000])
def test_a_broken_body_is_400(body: bytes) -> None:
    with pytest.raises(Refusal) as caught:
        parse_request(body, "application/json")
    assert caught.value.status == 400


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(
    st.dictionaries(
        st.sampled_from(["image", "prompt", "questions", "caller", "sequence", "x"]), _JSON
    )
    | st.fixed_dictionaries(
        {
            "image": st.just(IMAGE),
            "questions": st.lists(
                st.fixed_dictionaries(
                    {"id": st.sampled_from("ab") | _JSON, "prompt": st.text() | _JSON},
                    optional={"ask_if": _JSON},
                )
            ),
        }
    )
)
def test_nothing_a_client_sends_is_a_fault_of_ours(fields: dict[str, Any]) -> None:
    try:
        request = _parse(**fields)
    except Refusal as refusal:
        assert 400 <= refusal.status < 500
    else:
        assert request.image
        assert request.questions
