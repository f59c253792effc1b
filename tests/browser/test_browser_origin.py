"""The same page, served from an origin that the stack does not allow."""

from __future__ import annotations

import urllib.request

import pytest
from playwright.sync_api import Error, Page, expect

from tests.browser.cloud import Cloud
from tests.browser.page_driver import PageDriver

FETCH = "url => fetch(url).then(response => response.status)"


@pytest.fixture
def elsewhere(
    page: Page, forbidden_origin: str, cloud: Cloud, request: pytest.FixtureRequest
) -> PageDriver:
    driver = PageDriver(page, cloud, request.config.getoption("screenshots"))
    driver.open(forbidden_origin)
    return driver


def test_the_api_is_closed_to_a_forbidden_origin(elsewhere: PageDriver) -> None:
    elsewhere.sign_in(elsewhere.cloud.user())
    expect(elsewhere.alert).to_contain_text("cannot be reached from this page")
    expect(elsewhere.model("depth")).to_have_count(0)
    assert any("CORS policy" in line for line in elsewhere.console), elsewhere.console
    elsewhere.screenshot("11-forbidden-origin")


def test_the_models_are_closed_to_a_forbidden_origin(elsewhere: PageDriver, app_link: str) -> None:
    with urllib.request.urlopen(app_link, timeout=10) as response:  # noqa: S310 - the local cloud
        assert response.status == 200
    with pytest.raises(Error, match="Failed to fetch"):
        elsewhere.page.evaluate(FETCH, app_link)


@pytest.fixture
def app_link(cloud: Cloud) -> str:
    """A link to a model that works anywhere but in a browser on another origin."""
    cloud.upload("tts", 1000)
    parameters = {"Bucket": cloud.production, "Key": "tts/large.zip"}
    return str(cloud.s3.generate_presigned_url("get_object", Params=parameters))


def test_the_models_are_open_to_the_allowed_origin(driver: PageDriver, app_link: str) -> None:
    assert driver.page.evaluate(FETCH, app_link) == 200
