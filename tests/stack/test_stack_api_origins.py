"""Which browser origins may read answers, from the gateway and from the production bucket."""

from __future__ import annotations

import pytest

from tests.stack.api_driver import (
    ALLOW,
    APP_ORIGIN,
    MODELS,
    NAVIGATION,
    ROUTES,
    ApiDriver,
    preflight,
    send,
    words,
)
from tests.stack.stack_driver import TypeDriver

# What the front end sends besides what browsers send by themselves.
APP_HEADERS = {"authorization", "content-type", "if-none-match", "range"}
FORBIDDEN = ["https://evil.example.org", f"{APP_ORIGIN}.evil.example.org", "null"]
each_route = pytest.mark.parametrize("route", ROUTES, ids=lambda route: route[1])


@each_route
def test_the_app_may_call(user: ApiDriver, route: tuple[str, str]) -> None:
    url = user.stack.outputs["api_url"] + route[1]
    answer = preflight(url, APP_ORIGIN, route[0], *APP_HEADERS)
    assert answer.status in (200, 204)
    assert answer.headers[ALLOW] == APP_ORIGIN
    assert route[0].lower() in words(answer, "access-control-allow-methods")
    assert set(APP_HEADERS) <= words(answer, "access-control-allow-headers")


@each_route
@pytest.mark.parametrize("origin", FORBIDDEN)
def test_another_page_may_not(user: ApiDriver, route: tuple[str, str], origin: str) -> None:
    url = user.stack.outputs["api_url"] + route[1]
    assert ALLOW not in preflight(url, origin, route[0], "authorization").headers
    assert ALLOW not in user.call(route, b"{}", {"Origin": origin}).headers


@pytest.mark.parametrize(("route", "status"), [(MODELS, 200), (NAVIGATION, 400)])
def test_the_app_can_read_answers_and_errors(
    user: ApiDriver, route: tuple[str, str], status: int
) -> None:
    answer = user.call(route, b"{}", {"Origin": APP_ORIGIN})
    assert (answer.status, answer.headers[ALLOW]) == (status, APP_ORIGIN)
    assert "retry-after" in words(answer, "access-control-expose-headers")


def test_only_the_app_may_download_and_see_what_it_needs(
    user: ApiDriver, driver: TypeDriver
) -> None:
    driver.upload_by_hand("by-hand.zip", "by hand")
    driver.wait_until_shows("by hand")
    url = user.call(MODELS).json()[driver.type]["download_url"]
    # The token is for the API only: a link that comes with one is refused by S3.
    asked = APP_HEADERS - {"authorization"}
    allowed = preflight(url, APP_ORIGIN, "GET", *asked)
    assert (allowed.status, allowed.headers[ALLOW]) == (200, APP_ORIGIN)
    assert asked <= words(allowed, "access-control-allow-headers")
    answer = send("GET", url, {"Origin": APP_ORIGIN, "Range": "bytes=0-3"})
    assert (answer.status, answer.headers[ALLOW]) == (206, APP_ORIGIN)
    assert {"etag", "content-range"} <= words(answer, "access-control-expose-headers")
    for origin in FORBIDDEN:
        refused = preflight(url, origin, "GET", "range")
        assert refused.status == 403
        assert ALLOW not in refused.headers
        assert ALLOW not in send("GET", url, {"Origin": origin}).headers
