"""Downloads that are paused, cut off or wrong; the web client's own tests have the rest."""

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
INDEX = re.compile(r"/models\?")


@pytest.fixture
def large(app: PageDriver) -> PageDriver:
    """The page, showing a model of two chunks."""
    app.cloud.upload(TYPE, LARGE)
    app.look()
    app.expect_state(TYPE, "large.zip · uploaded by hand · 6.0 MB")
    return app


def begin(driver: PageDriver, action: str = "Download") -> None:
    """Starts the download and waits until the smaller chunk has come."""
    driver.press(action, TYPE)
    driver.page.wait_for_function(
        "() => { const bar = document.querySelector('progress:not([hidden])');"
        " return bar && bar.value > 2_500_000; }"
    )


def test_a_paused_download_goes_on_where_it_was_after_a_reload(
    large: PageDriver, network: Network, origin: str
) -> None:
    network.bytes_per_second = SLOW
    begin(large)
    expect(large.page.get_by_role("progressbar", name=f"Download of {TYPE}")).to_be_visible()
    large.screenshot("5-download", of=large.model(TYPE))
    large.press("Pause", TYPE)
    large.expect_state(TYPE, "Paused at 1.8 MB of 6.0 MB.")
    large.screenshot("6-paused", of=large.model(TYPE))
    network.bytes_per_second = None

    large.open(origin)
    large.sign_in(large.cloud.user())
    large.expect_state(TYPE, "Paused at 1.8 MB of 6.0 MB.")
    with large.downloads() as downloads:
        large.press("Resume", TYPE)
        large.expect_state(TYPE, "On this device, verified.")
    large.expect_state(TYPE, "Only 4.2 MB of 6.0 MB were fetched.")
    assert downloads == [("bytes=0-4194303", 206)]


def test_a_lost_connection_is_resumed_when_it_is_back(large: PageDriver, network: Network) -> None:
    network.bytes_per_second = SLOW
    begin(large)
    network.cut()
    large.page.context.set_offline(True)
    large.expect_state(TYPE, "The connection was lost")
    large.screenshot("7-lost-connection", of=large.model(TYPE))
    network.mend()
    network.bytes_per_second = None
    with large.downloads() as downloads:
        large.page.context.set_offline(False)
        large.expect_state(TYPE, "On this device, verified.")
    assert downloads == [("bytes=0-4194303", 206)]


def test_an_update_that_loses_the_network_leaves_the_model_in_use(
    app: PageDriver, network: Network, origin: str
) -> None:
    app.cloud.upload_copy("depth", TYPE)
    app.look()
    app.press("Download", TYPE)
    app.expect_state(TYPE, "On this device, verified.")
    app.cloud.upload(TYPE, LARGE)
    app.look()
    app.expect_state(TYPE, "An older version is on this device and works. 6.0 MB to fetch.")
    network.bytes_per_second = SLOW
    begin(app, "Update")
    network.cut()
    app.expect_state(TYPE, "The connection was lost.")
    network.mend()
    network.bytes_per_second = None

    app.open(origin)
    app.sign_in(app.cloud.user())
    app.expect_state(TYPE, "An older version is on this device and works. 4.2 MB to fetch.")
    app.press("Try it", TYPE)
    app.expect_state(TYPE, "onnx/model_quantized.onnx ran in", seconds=60)
    app.press("Update", TYPE)
    app.expect_state(TYPE, "On this device, verified.")
    app.press("Remove", TYPE)
    app.expect_state(TYPE, "Not on this device.")


def test_an_upload_during_a_download_changes_nothing_until_the_next_look(
    large: PageDriver, network: Network
) -> None:
    network.bytes_per_second = SLOW
    begin(large)
    large.cloud.upload(TYPE, LARGE, seed=1)
    network.bytes_per_second = None
    large.expect_state(TYPE, "On this device, verified.")
    large.look()
    large.expect_state(TYPE, "An older version is on this device and works. 6.0 MB to fetch.")


def test_links_that_have_ended_are_replaced(driver: PageDriver) -> None:
    driver.cloud.upload(TYPE, 50_000)
    ended = driver.cloud.ended_links(TYPE)

    def answer(route: Route) -> None:
        response = route.fetch()
        answered = response.json()
        if answered["links"]:
            answered["links"] = ended
        route.fulfill(response=response, body=json.dumps(answered))

    driver.sign_in(driver.cloud.user())
    driver.expect_state(TYPE, "Not on this device.")
    driver.page.route(INDEX, answer, times=1)
    with driver.downloads() as downloads:
        driver.press("Download", TYPE)
        driver.expect_state(TYPE, "On this device, verified.")
    assert downloads == [(None, 403), (None, 200)]


def test_a_file_with_wrong_bytes_is_not_kept(app: PageDriver) -> None:
    app.cloud.upload(TYPE, 50_000, seed=2)
    app.look()
    app.expect_state(TYPE, "51 kB")

    def flip(route: Route) -> None:
        response = route.fetch()
        body = response.body()
        route.fulfill(response=response, body=body[:-1] + bytes([body[-1] ^ 1]))

    app.page.route("**/files/*", flip)
    app.press("Download", TYPE)
    expect(app.alert).to_contain_text("the checksum is wrong")
    app.expect_state(TYPE, "Not on this device.")
    app.screenshot("8-wrong-checksum")
