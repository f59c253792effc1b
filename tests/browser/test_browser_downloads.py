"""Downloads that are paused, cut off, outdated or wrong."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Route, expect

from tests.browser.network import Network
from tests.browser.page_driver import PageDriver

LARGE = 6_000_000
SLOW = 1_500_000
TYPE = "object-detection"


@pytest.fixture
def large(app: PageDriver) -> PageDriver:
    """The page, showing a model of some megabytes."""
    app.cloud.upload(TYPE, LARGE)
    app.page.get_by_role("button", name="Look for new versions").click()
    app.expect_state(TYPE, "large.zip · uploaded by hand · 6.0 MB")
    return app


def begin(driver: PageDriver) -> None:
    """Starts the download and waits until about a third has come."""
    driver.press("Download", TYPE)
    driver.page.wait_for_function(
        "() => { const bar = document.querySelector('progress:not([hidden])');"
        " return bar && bar.value > 2_000_000; }"
    )


def test_a_paused_download_goes_on_where_it_was_after_a_reload(
    large: PageDriver, network: Network, origin: str
) -> None:
    network.bytes_per_second = SLOW
    begin(large)
    expect(large.page.get_by_role("progressbar", name=f"Download of {TYPE}")).to_be_visible()
    large.screenshot("5-download", of=large.model(TYPE))
    large.press("Pause", TYPE)
    large.expect_state(TYPE, "Paused at")
    large.screenshot("6-paused", of=large.model(TYPE))
    network.bytes_per_second = None

    large.open(origin)
    large.sign_in(large.cloud.user())
    large.expect_state(TYPE, "Paused at")
    with large.downloads(TYPE) as downloads:
        large.press("Resume", TYPE)
        large.expect_state(TYPE, "On this device, checksum verified.")
    large.expect_state(TYPE, "Resumed at")
    [(asked_range, _, status)] = downloads
    assert status == 206
    match = re.fullmatch(r"bytes=(\d+)-", asked_range or "")
    assert match is not None
    assert 2_000_000 < int(match[1]) < LARGE


def test_a_lost_connection_is_resumed_when_it_is_back(large: PageDriver, network: Network) -> None:
    network.bytes_per_second = SLOW
    begin(large)
    network.cut()
    large.page.context.set_offline(True)
    large.expect_state(TYPE, "The connection was lost")
    large.screenshot("7-lost-connection", of=large.model(TYPE))
    network.mend()
    network.bytes_per_second = None
    with large.downloads(TYPE) as downloads:
        large.page.context.set_offline(False)
        large.expect_state(TYPE, "On this device, checksum verified.")
    assert [status for _, _, status in downloads] == [206]


def test_an_upload_during_a_download_changes_nothing_until_the_next_look(
    large: PageDriver, network: Network
) -> None:
    network.bytes_per_second = SLOW
    begin(large)
    large.cloud.upload(TYPE, LARGE, seed=1)
    network.bytes_per_second = None
    large.expect_state(TYPE, "On this device, checksum verified.")

    large.page.get_by_role("button", name="Look for new versions").click()
    large.expect_state(TYPE, "An older version is on this device.")
    with large.downloads(TYPE) as downloads:
        large.press("Update", TYPE)
        large.expect_state(TYPE, "On this device, checksum verified.")
    [(asked_range, condition, status)] = downloads
    assert (asked_range, status) == (None, 200)
    assert condition is not None


def test_a_link_that_has_ended_is_replaced(driver: PageDriver) -> None:
    driver.cloud.upload(TYPE, LARGE)
    ended = driver.cloud.ended_link(TYPE)

    def answer(route: Route) -> None:
        response = route.fetch()
        models = response.json()
        models[TYPE]["download_url"] = ended
        route.fulfill(response=response, body=json.dumps(models))

    driver.page.route("**/getmodelurl", answer, times=1)
    driver.sign_in(driver.cloud.user())
    driver.expect_state(TYPE, "Not on this device.")
    with driver.downloads(TYPE) as downloads:
        driver.press("Download", TYPE)
        driver.expect_state(TYPE, "On this device, checksum verified.")
    assert [status for _, _, status in downloads] == [403, 200]


def test_a_file_with_the_wrong_checksum_is_not_kept(app: PageDriver) -> None:
    app.cloud.upload(TYPE, 50_000, seed=2, sha256="0" * 64)
    app.page.get_by_role("button", name="Look for new versions").click()
    app.expect_state(TYPE, "51 kB")
    app.press("Download", TYPE)
    expect(app.alert).to_contain_text("The checksum is wrong")
    app.expect_state(TYPE, "Not on this device.")
    app.screenshot("8-wrong-checksum")
