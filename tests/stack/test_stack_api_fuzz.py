"""Whatever is sent, both routes answer JSON with a documented status and never a 500."""

from __future__ import annotations

import json

from hypothesis import HealthCheck, given, settings, strategies as st

from tests.stack.api_driver import MODELS, NAVIGATION, REQUEST, ROUTES, Answer, ApiDriver

DOCUMENTED = {
    MODELS: {200, 503},
    NAVIGATION: {200, 400, 413, 429, 502, 503, 504},
}


def over_http(examples: int) -> settings:
    """Settings for this many requests, the same ones in each run.

    Few: test_invoke_navigation_fuzz.py asks the function itself 2,000 times, without a gateway.
    """
    return settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow],
    )


header_text = st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=60)
tokens = st.one_of(
    header_text,
    header_text.map("Bearer {}".format),
    st.lists(st.text("abcdefXYZ019-_=", max_size=30), min_size=3, max_size=3).map(".".join),
)
json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=40)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=8,
)
fields = st.fixed_dictionaries(
    {}, optional={name: st.one_of(st.just(good), json_values) for name, good in REQUEST.items()}
)
bodies = st.one_of(
    st.binary(max_size=200),
    json_values.map(lambda value: json.dumps(value).encode()),
    fields.map(lambda value: json.dumps(value).encode()),
)
headers = st.dictionaries(
    st.sampled_from(
        ["Accept", "Content-Type", "Cookie", "If-None-Match", "Origin", "Range", "X-Amz-Date"]
    ),
    header_text,
    max_size=4,
)


def _is_plain(answer: Answer) -> None:
    assert isinstance(answer.json(), dict)
    assert b"Traceback" not in answer.body
    assert b'File "' not in answer.body
    if answer.status != 200:
        assert set(answer.json()) == {"message"}


@over_http(150)
@given(body=bodies, headers=headers)
def test_the_navigation_route_answers_any_body(
    user: ApiDriver, body: bytes, headers: dict[str, str]
) -> None:
    answer = user.call(NAVIGATION, body, headers)
    assert answer.status in DOCUMENTED[NAVIGATION]
    _is_plain(answer)


@over_http(60)
@given(body=st.none() | bodies, headers=headers)
def test_the_models_route_answers_any_request(
    user: ApiDriver, body: bytes | None, headers: dict[str, str]
) -> None:
    answer = user.call(MODELS, body, headers)
    assert answer.status in DOCUMENTED[MODELS]
    _is_plain(answer)


@over_http(100)
@given(token=tokens, route=st.sampled_from(ROUTES), headers=headers)
def test_no_made_up_token_gets_in(
    user: ApiDriver, token: str, route: tuple[str, str], headers: dict[str, str]
) -> None:
    answer = user.call(route, b"{}", {**headers, "Authorization": token})
    assert (answer.status, answer.json()) == (401, {"message": "Unauthorized"})
