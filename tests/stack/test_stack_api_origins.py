"""Which browser origins may read answers, from the gateway and from the production bucket."""

from __future__ import annotations

import pytest

from tests.stack.api_driver import APP_ORIGIN, MODELS, NAVIGATION, ROUTES, Answer, ApiDriver, send
from tests.stack.stack_driver import TypeDriver

ALLOW = "access-control-allow-origin"
FORBIDDEN = ["https://evil.example.org", f"{APP_ORIGIN}.evil.example.org", "null"]
each_route = pytest.mark.parametrize("route", ROUTES, ids=lambda route: route[1])


def _preflight(url: str, origin: str, method: str, headers: str) -> Answer:
    return send(
        "OPTIONS",
        url,
        {
            "Origin": origin,
            "Access-Control-Request-Method": method,
            "Access-Control-Request-Headers": headers,
        },
    )


def _words(answer: Answer, header: str) -> set[str]:
    return {word.strip().lower() for word in answer.headers[header].split(",")}


@each_route
def test_the_app_may_call(user: ApiDriver, route: tuple[str, str]) -> None:
    url = user.stack.outputs["api_url"] + route[1]
    answer = _preflight(url, APP_ORIGIN, route[0], "authorization,content-type")
    assert answer.status in (200, 204)
    assert answer.headers[ALLOW] == APP_ORIGIN
    assert route[0].lower() in _words(answer, "access-control-allow-methods")
    assert {"authorization", "content-type"} <= _words(answer, "access-control-allow-headers")


@each_route
@pytest.mark.parametrize("origin", FORBIDDEN)
def test_another_page_may_not(user: ApiDriver, route: tuple[str, str], origin: str) -> None:
    url = user.stack.outputs["api_url"] + route[1]
    assert ALLOW not in _preflight(url, origin, route[0], "authorization").headers
    assert ALLOW not in user.call(route, b"{}", {"Origin": origin}).headers


@pytest.mark.parametrize(("route", "status"), [(MODELS, 200), (NAVIGATION, 400)])
def test_the_app_can_read_answers_and_errors(
    user: ApiDriver, route: tuple[str, str], status: int
) -> None:
    answer = user.call(route, b"{}", {"Origin": APP_ORIGIN})
    assert (answer.status, answer.headers[ALLOW]) == (status, APP_ORIGIN)
    assert "retry-after" in _words(answer, "access-control-expose-headers")


def test_the_app_can_read_that_there_is_no_model_yet(user: ApiDriver) -> None:
    fields = user.ask()
    assert fields.status == 503
    assert int(fields.headers["retry-after"]) > 0


def test_the_app_may_download_and_see_what_it_needs(user: ApiDriver, driver: TypeDriver) -> None:
    driver.upload_by_hand("by-hand.zip", "by hand")
    url = user.call(MODELS).json()[driver.type]["download_url"]
    preflight = _preflight(url, APP_ORIGIN, "GET", "range,if-none-match")
    assert (preflight.status, preflight.headers[ALLOW]) == (200, APP_ORIGIN)
    answer = send("GET", url, {"Origin": APP_ORIGIN, "Range": "bytes=0-3"})
    assert (answer.status, answer.headers[ALLOW]) == (206, APP_ORIGIN)
    assert {"etag", "content-range"} <= _words(answer, "access-control-expose-headers")


@pytest.mark.parametrize("origin", FORBIDDEN)
def test_another_page_may_not_download(user: ApiDriver, driver: TypeDriver, origin: str) -> None:
    driver.upload_by_hand("by-hand.zip", "by hand")
    url = user.call(MODELS).json()[driver.type]["download_url"]
    preflight = _preflight(url, origin, "GET", "range")
    assert preflight.status == 403
    assert ALLOW not in preflight.headers
    assert ALLOW not in send("GET", url, {"Origin": origin}).headers
