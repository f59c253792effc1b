"""Nothing that a client sends is a 500, or gets anything but JSON back."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings, strategies as st

from tests.fakes.navigation_route import LOG, PNG, PNG_BYTES, PROMPTS, VALID, encoded, post

TEXT = st.text(max_size=40)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)
IMAGES = (
    st.sampled_from([PNG, f"data:image/png;base64,{PNG}", encoded(b"\xff\xd8\xff"), "A" * 4000])
    | st.binary(max_size=60).map(encoded)
    | st.binary(max_size=60).map(lambda tail: encoded(PNG_BYTES + tail))
    | st.tuples(TEXT, TEXT).map(lambda parts: f"data:{parts[0]};base64,{parts[1]}")
)
PROMPT = st.just("Question 1?") | TEXT | st.text(st.characters(), min_size=990, max_size=1010)
FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "image_data": IMAGES | JSON,
        **dict.fromkeys(PROMPTS, PROMPT | JSON),
        "extra": JSON,
    },
)
NEARLY_VALID = FIELDS.map(lambda fields: {**VALID, **fields}) | FIELDS
WHOLE = (NEARLY_VALID | JSON).map(json.dumps)
CUT = st.tuples(WHOLE, st.integers(0, 200)).map(lambda pair: pair[0][: pair[1]])
BODIES = WHOLE | CUT | TEXT | st.binary(max_size=80).map(encoded) | st.none() | st.integers()
EVENTS = st.fixed_dictionaries(
    {"body": BODIES},
    optional={
        "isBase64Encoded": st.booleans() | st.none() | TEXT,
        "headers": st.dictionaries(TEXT, TEXT, max_size=3) | st.none(),
        "version": TEXT,
        "requestContext": JSON,
    },
)
ENCODED_EVENTS = (WHOLE.map(str.encode) | st.binary(max_size=80)).map(
    lambda body: {"body": encoded(body), "isBase64Encoded": True, "headers": {}}
)


@settings(max_examples=2000, deadline=None)
@given(EVENTS | ENCODED_EVENTS | st.dictionaries(TEXT, JSON, max_size=3))
def test_any_request_gets_a_documented_json_answer(event: dict[str, Any]) -> None:
    answer = post(event)
    body = json.loads(answer["body"])
    assert answer["headers"]["Content-Type"] == "application/json"
    assert "Traceback" not in answer["body"] + LOG.getvalue()
    if answer["statusCode"] == 200:
        assert set(body) == {f"{name}_prompt_answer" for name in ("first", "second", "third")}
    else:
        assert answer["statusCode"] in {400, 413}
        assert set(body) == {"message"}


@settings(max_examples=600, deadline=None)
@given(NEARLY_VALID)
def test_no_field_is_quoted_in_messages_or_logs(fields: dict[str, Any]) -> None:
    marked = {
        name: f"{value}c0ffee{value}" if isinstance(value, str) else value
        for name, value in fields.items()
    }
    answer = post({"body": json.dumps(marked)})
    assert "c0ffee" not in answer["body"] + LOG.getvalue()
